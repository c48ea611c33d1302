/**
 * Work side by side that ends together: after a failure nothing further is begun (`stop`), and what is under way is
 * waited for, so that no write runs on past the attempt that began it. @throws the first failure.
 */
export async function allEnded(work: readonly Promise<void>[], stop: () => void = () => undefined): Promise<void> {
  for (const one of work) one.catch(stop);
  const failed = (await Promise.allSettled(work)).find((ended) => ended.status === 'rejected');
  if (failed) throw failed.reason;
}
