export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const objects = (value: unknown): JsonObject[] => list(value).filter(isObject);

/** The object in a body, or our own code for why there is none: gateways answer HTML, or nothing, or half a document. */
export function jsonObject(body: string): JsonObject | 'EMPTY_BODY' | 'NOT_JSON' {
  if (body.trim() === '') return 'EMPTY_BODY';
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : 'NOT_JSON';
  } catch {
    return 'NOT_JSON';
  }
}

export { retryAfterMs } from './retry-after';
