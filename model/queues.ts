/** One task queue for each limited API (temporal §0.7); `sync` is the one that people name when they start the sync. */
export const QUEUES = { sync: 'sync', dynamics: 'dynamics', marketo: 'marketo' } as const;
