import { type Hostile, hostileIn } from './json';

export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A text, number or truth value as text; undefined of anything else: `String` throws at `{"toString": 1}`, and makes a text of a list. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

/** A finite number, or a text that spells one; undefined of anything else. `Number` throws at the same objects, and makes 0 of nothing. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

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
