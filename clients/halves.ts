import { ApiError } from './errors';

/** What asked for several rows, records or activities was answered with more than the bound: fewer may fit. Not so of the token that it needs. */
export const isOverBound = (error: unknown): error is ApiError =>
  error instanceof ApiError &&
  error.code === 'TOO_LARGE' &&
  error.operation !== 'token' &&
  (error.status ?? 0) >= 200 &&
  (error.status ?? 0) <= 299;

/** @param key of the one record that alone is over the bound, where it is known */
export const tooLarge = ({ api, operation, status }: ApiError, key?: string): ApiError =>
  new ApiError({
    api,
    operation,
    kind: 'too-large',
    ...(status === undefined ? {} : { status }),
    code: 'TOO_LARGE',
    ...(key === undefined ? {} : { key }),
  });

/**
 * Asks for a page of so many rows; where the answer is over its bound, for half as many, down to one.
 *
 * @throws ApiError `too-large`, without a key, when one row alone is over the bound
 */
export async function fewer<T>(most: number, ask: (rows: number) => Promise<T>): Promise<{ answer: T; rows: number }> {
  for (let rows = most; ; rows = Math.ceil(rows / 2)) {
    try {
      return { answer: await ask(rows), rows };
    } catch (error) {
      if (!isOverBound(error)) throw error;
      if (rows === 1) throw tooLarge(error);
    }
  }
}

/** Asks about these values; where that is too much for one answer, about each half. What one value alone meets is thrown. */
export async function inHalves<V, R>(
  values: readonly V[],
  ask: (values: readonly V[]) => Promise<R[]>,
  isTooMuch: (error: unknown) => boolean,
): Promise<R[]> {
  if (values.length === 0) return [];
  try {
    return await ask(values);
  } catch (error) {
    if (!isTooMuch(error) || values.length === 1) throw error;
    const middle = Math.ceil(values.length / 2);
    const first = await inHalves(values.slice(0, middle), ask, isTooMuch);
    return first.concat(await inHalves(values.slice(middle), ask, isTooMuch));
  }
}

/** Called with the key of each record that alone is over the bound of an answer; without it such a record fails the whole call. */
export type OnTooLarge = (key: string) => void;

/** A question about one key: an answer over its bound is told, and brings nothing. */
export async function alone<R>(key: string, onTooLarge: OnTooLarge | undefined, ask: () => Promise<R[]>): Promise<R[]> {
  try {
    return await ask();
  } catch (error) {
    if (!isOverBound(error)) throw error;
    if (onTooLarge === undefined) throw tooLarge(error, key);
    onTooLarge(key);
    return [];
  }
}
