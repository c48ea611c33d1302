import type { Database } from './database';
import type { Preferences } from './odata/prefer';
import type { DataverseSettings } from './settings';

/** One operation, whether it came by itself or as a part of a $batch. */
export interface ApiRequest {
  method: string;
  /** Decoded, below /api/data/v9.2/. */
  path: string;
  /** As sent, without the question mark. */
  rawQuery: string;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  body: string;
}

export interface ApiResponse {
  status: number;
  headers: Record<string, string>;
  body?: string;
  /** Of a write: the row made or changed, as `set(id)`; what later parts of a change set refer to. Never sent. */
  entity?: string;
  /** Says what has changed, and not what is. Never sent. */
  changes?: true;
}

/** What a handler works with. */
export interface Context {
  database: Database;
  settings: DataverseSettings;
  request: ApiRequest;
  query: URLSearchParams;
  prefer: Preferences;
  /** `{org}/api/data/v9.2`, on the host the caller asked. */
  api: string;
  /** systemuserid of the caller. */
  userId: string;
}

/** A JSON answer; `text` is JSON already. */
export function jsonAnswer(text: string, status = 200, headers: Record<string, string> = {}): ApiResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; odata.metadata=minimal', 'odata-version': '4.0', ...headers },
    body: text,
  };
}

/** An answer without a body. */
export function emptyAnswer(headers: Record<string, string> = {}): ApiResponse {
  return { status: 204, headers: { 'odata-version': '4.0', ...headers } };
}
