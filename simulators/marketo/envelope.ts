import { randomInt } from 'node:crypto';
import type { Clock } from '../common/clock';
import { reason } from './errors';
import type { MarketoSettings } from './settings';

export type Json = Record<string, unknown>;

/** `<4-5 hex>#<hex of epoch milliseconds>` (marketo-api §1.5). */
export function requestId(clock: Clock): string {
  return `${randomInt(0x1000, 0xfffff).toString(16)}#${clock.now().toString(16)}`;
}

/** Successful answer; key order as recorded: requestId, result, success. */
export function success(id: string, body: Json): Json {
  return { requestId: id, ...body, success: true };
}

/** Failed answer: HTTP 200 all the same; an unknown path also carries empty `warnings` (marketo-api §1.5). */
export function failure(id: string, code: string, message?: string): Json {
  return {
    requestId: id,
    success: false,
    ...(code === '610' && { warnings: [] }),
    errors: [reason(code, message)],
  };
}

/** What a read has no value for is null or left out; a switch, since both are described (marketo-api §4.3). */
export function nullsAsSet<T extends Json>(settings: Readonly<MarketoSettings>, record: T): T {
  if (settings.nullsInReads === 'explicit') return record;
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null)) as T;
}

/** Lead-database time stamp: ISO-8601 UTC without milliseconds (marketo-api §8). */
export function stamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
