import { type Collection, type Document, MongoBulkWriteError, type OptionalUnlessRequiredId } from 'mongodb';

const DUPLICATE_KEY = 11000;

/**
 * A guarded upsert whose guard fails tries to insert a second document of the same `_id`: Mongo answers 11000, which
 * here means "someone newer was there" and is the outcome we want. Anything else is thrown.
 */
export async function ignoreDuplicateKeys(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    duplicatesOf(error);
  }
}

/**
 * Where in the bulk a duplicate key was met.
 *
 * @throws the error itself where anything else went wrong as well
 */
export function duplicatesOf(error: unknown): number[] {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const errors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  if (!errors.every(({ code }) => code === DUPLICATE_KEY)) throw error;
  return errors.map(({ index }) => index);
}

/** Inserts documents that are probably not there yet. @returns those whose `_id` was there after all. */
export async function insertNew<T extends Document>(
  collection: Collection<T>,
  documents: readonly OptionalUnlessRequiredId<T>[],
): Promise<OptionalUnlessRequiredId<T>[]> {
  if (documents.length === 0) return [];
  try {
    await collection.insertMany(documents, { ordered: false });
    return [];
  } catch (error) {
    return duplicatesOf(error).flatMap((index) => documents[index] ?? []);
  }
}

export const isDuplicateKey = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === DUPLICATE_KEY;
