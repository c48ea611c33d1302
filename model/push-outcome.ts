import type { PushAs } from './push';

/**
 * What came of a person that was to go to Dynamics. A closed list: it is shown by `npm run push -- --status`.
 */
export const PUSH_OUTCOMES = {
  queued: 'waits for its turn',
  created: 'the row was made',
  'already-linked': 'a row of that kind has the person already; nothing was done',
  'linked-otherwise': 'the person is linked as the other kind, and can’t be both; nothing was done',
  'not-found': 'Marketo has no person of that id',
  refused: 'nothing was made; it is listed among what is parked, and the command may be given again',
} as const;
export type PushOutcome = keyof typeof PUSH_OUTCOMES;

/** What decides about one person, read just before. */
export interface PushFacts {
  as: PushAs;
  /** Marketo has the person. */
  found: boolean;
  /** By a setting, not by a command: it never makes again what was deleted. */
  standing: boolean;
  /** The row that owns the person, and whether it is known to be gone or was only about to be made. */
  owner?: { entity: string; is: 'there' | 'deleted' | 'about-to-be-made' };
  /** No row owns the person, but it carries the id of one: of which table, `undefined` where there is no such row any more. */
  carries?: { entity: string | undefined };
}

/**
 * Insert only (native-sync §2.3): a person that a row has is left alone, whatever is asked; one whose row was deleted gets a new one by
 * command (native-sync §6.1). A person is never a lead and a contact at once (native-sync §6.5).
 */
export function decidePush({ as, found, standing, owner, carries }: PushFacts): 'create' | PushOutcome {
  if (!found) return 'not-found';
  // One that is being made as the other kind is as good as made.
  const taken = owner?.is === 'there' || (owner?.is === 'about-to-be-made' && owner.entity !== as);
  const has = owner ? (taken ? owner.entity : undefined) : carries?.entity;
  if (has !== undefined) return has === as ? 'already-linked' : 'linked-otherwise';
  const gone = owner?.is === 'deleted' || (owner === undefined && carries !== undefined);
  return gone && standing ? 'already-linked' : 'create';
}
