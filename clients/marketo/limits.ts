import { ApiError } from '../errors';

/** Records a call, values a filter, rows a page (marketo-api §3). */
export const BATCH = 300;

export function atMost300(operation: string, input: readonly unknown[]): void {
  if (input.length > BATCH)
    throw new ApiError({ api: 'marketo', operation, kind: 'bug', about: `more than ${BATCH} records in a call` });
}

export function chunksOf<T>(values: readonly T[], size = BATCH): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < values.length; start += size) chunks.push(values.slice(start, start + size));
  return chunks;
}

/** Names go into addresses. */
export function pathName(operation: string, value: string): string {
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(value)) return value;
  throw new ApiError({ api: 'marketo', operation, kind: 'configuration', about: 'not an API name of an object' });
}
