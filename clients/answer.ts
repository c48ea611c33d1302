import { type Hostile, hostileIn } from './json';

export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const objects = (value: unknown): JsonObject[] => list(value).filter(isObject);

/**
 * The object in a body, or our own code for why there is none: gateways answer HTML, or nothing, or half a document; and what is
 * nested too deep or would set a prototype is not used (clients/json.ts). The one place where a vendor's text is parsed.
 */
export function jsonObject(body: string): JsonObject | 'EMPTY_BODY' | 'NOT_JSON' | Hostile {
  if (body.trim() === '') return 'EMPTY_BODY';
  const hostile = hostileIn(body);
  if (hostile !== undefined) return hostile;
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : 'NOT_JSON';
  } catch {
    return 'NOT_JSON';
  }
}

export { retryAfterMs } from './retry-after';
