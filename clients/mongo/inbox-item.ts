import type { Side } from '../../model/policy';
import type { PushWish } from '../../model/push';

/** One changed field of a person, as Marketo's feed tells it; values are text. */
export interface FeedEntry {
  /** `marketoGUID` of the activity. */
  guid: string;
  /** Epoch ms. */
  at: number;
  /** REST name. */
  field: string;
  from: string | null;
  to: string | null;
  /** When the feed told of it; epoch ms by our clock. Absent: an earlier version of the service did not say. */
  told?: number;
}

/** A hint that something happened; a Dynamics item may bring the row as the feed had it, with its version. */
export interface InboxItem {
  /** The row's GUID; of a `push`, the person's Marketo id. */
  id: string;
  row?: Record<string, unknown>;
  deleted?: true;
  /** Asked for by an operator: both sides are read, whatever was applied. */
  resync?: true;
  /** Of the rolling reconciliation: what differs is counted as drift. */
  rolling?: true;
  /** Of a resync: only these Marketo fields. */
  fields?: string[];
  /** Of a stored request (requests.ts): all items of a page are. */
  request?: string;
  /**
   * Of an opportunity that is gone, and whose deletion was admitted and counted: its roles go first, by their own writer
   * (activities/roles/leave.ts). To that writer it says so; back to the opportunity's, that none is left.
   */
  leaving?: true;
  /** An operator's answer where deletions were stopped (activities/breaker.ts). */
  release?: 'delete' | 'keep';
  /** The person that Marketo's feed told of: of a row that is not linked to it yet, the hint is kept for that (unowned.ts). */
  person?: number;
  /** Marketo's feed said that this person of the row was deleted, or merged into another one. */
  lost?: { person: number; into?: number };
  /** What Marketo's feed said: never a value to go by, but it tells of an edit that a write of ours overtook. */
  entries?: FeedEntry[];
  /** Somebody edited the row between our read and our write: it is merged again. Twice in a row is taken for a failure. */
  conflicted?: true;
  /** A person of Marketo that is to become a row; `standing`: by a setting, not by a command. */
  push?: PushWish & { standing?: true };
  /** An operator's decisions on conflicts of this row, by key (conflicts.ts). */
  decide?: { conflict: string; take: Side }[];
}
