/** What one feed brought, or what keeps it from bringing anything. */
export interface FeedLook {
  items: number;
  /** Another page waits already. */
  more: boolean;
  fault?: string;
  /** The feed may not be read before then; epoch ms. */
  waitUntil?: number;
  /** The delta token is too old: a catch-up has to follow. */
  expired?: true;
}
