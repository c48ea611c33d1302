/** The condition that nobody later than this attempt (clients/mongo/writers.ts) has changed a document; one without an epoch is as old as can be. */
export const notLaterThan = (epoch: number) => ({ $not: { $gt: epoch } });
