import type { SyncState } from './state';

/** One run of the parent: what it carries on, and what it only knows of itself. */
export interface Run {
  state: SyncState;
  /** Something happened that the loop has to look at. */
  woken: boolean;
  /** A child has ended since the counts were read. */
  stale: boolean;
  /** Looks under way. */
  looking: Set<'dynamics' | 'marketo'>;
  /** Feeds that they read, as in `due`. */
  reading: Set<string>;
}
