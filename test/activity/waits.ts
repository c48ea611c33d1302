import type { World } from './world';

/** Longer than any vendor may still carry out what it did not answer (activities/writer.ts). */
const LONGEST_MS = 3 * 60_000;

/** As if every call without an answer had been sent before the longest wait, and the time of every row that is set aside had come. */
export async function allWaitsEnd({ deps }: World): Promise<void> {
  const { db } = deps.store;
  await db.collection('journal').updateMany({}, { $set: { sentAt: new Date(Date.now() - LONGEST_MS) } });
  await db.collection('asides').updateMany({ dueAt: { $exists: true } }, { $set: { dueAt: new Date(0) } });
}
