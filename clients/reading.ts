import { ApiError } from './errors';

/**
 * Reads an answer. Any error there that is not an `ApiError` comes from the answer, or from our reading of it: never from a record, so no record
 * is to be parked for it.
 *
 * @param unreadable the error to throw in its place
 */
export function reading<T>(read: () => T, unreadable: () => ApiError): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ApiError ? error : unreadable();
  }
}

/**
 * Does an operation, which sends calls and reads what is answered. An error of the sending is passed on as it is: what is thrown before a
 * write may be the caller's own. So is one that comes before anything was answered: of what the operation was given.
 *
 * @param send sends one call
 * @param work the operation, with the sending
 * @param unreadable what is thrown in place of an error that is not an `ApiError` and comes after an answer
 */
export async function readingAnswers<C, A, R>(
  send: (call: C) => Promise<A>,
  work: (send: (call: C) => Promise<A>) => Promise<R>,
  unreadable: (call: C) => ApiError,
): Promise<R> {
  let answered: C | undefined;
  const ofSending = new Set<unknown>();
  const watched = async (call: C): Promise<A> => {
    try {
      const answer = await send(call);
      answered = call;
      return answer;
    } catch (error) {
      ofSending.add(error);
      throw error;
    }
  };
  try {
    return await work(watched);
  } catch (error) {
    if (error instanceof ApiError || ofSending.has(error) || answered === undefined) throw error;
    throw unreadable(answered);
  }
}
