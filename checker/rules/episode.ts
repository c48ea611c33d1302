import type { ConflictPolicy } from '../map';
import { type Comparable, EMPTY } from '../value/comparable';

export interface Event {
  seq: number;
  side: 'dynamics' | 'marketo';
  value: Comparable;
  ours: boolean;
  /** Of a write: the service knows what became of it. Of an edit: the other side can take it. */
  clear: boolean;
  /** An edit that the service may take for what one of its own calls has done. */
  passesForOurs?: true;
}

export interface Policy {
  /** The entity's winner. */
  winner: 'dynamics' | 'marketo';
  /** The field's own rule. */
  rule: ConflictPolicy;
  consent: boolean;
}

/** No value was ever agreed on: adoption, or a value that had been kept back. */
const NONE = Symbol('no base');
type Base = Comparable | typeof NONE;

interface Start {
  dynamics: Comparable;
  marketo: Comparable;
  /** The service made the record of the row: what it wrote is agreed. */
  made: boolean;
  /** The service may remember less of it than it did, or more: another record was the row's before. */
  doubtful: boolean;
  /** Values that may have been agreed on before the record was the row's. */
  agreed: readonly Comparable[];
}

/**
 * Follows one field of one pair (DESIGN §5, three-way merge) and says which common values may stand at the end. An episode runs from one
 * agreement to the next edit of others; only the last one counts. What the service took for agreed can't be seen from outside, so each value
 * that it may have is tried: the last agreement, and what it wrote since.
 * @returns the final value and those that may be; undefined where nobody edited since both sides agreed, or where they differ.
 */
export function judgeEpisode(
  start: Start,
  events: readonly Event[],
  policy: Policy,
): { final: Comparable; may: Set<Comparable> } | undefined {
  const now = { dynamics: start.dynamics, marketo: start.marketo };
  let edited: { dynamics?: Comparable; marketo?: Comparable } = start.made
    ? now.dynamics === now.marketo
      ? {}
      : { dynamics: now.dynamics }
    : { dynamics: now.dynamics, marketo: now.marketo };
  let bases = new Set<Base>(start.made ? [now.marketo] : [NONE]);
  if (start.doubtful) for (const base of [NONE, now.dynamics, now.marketo, ...start.agreed] as const) bases.add(base);
  const also = new Set<Comparable>();
  let closed = start.made && now.dynamics === now.marketo;
  let doubtful = start.doubtful;
  if (now.dynamics === now.marketo) bases.add(now.dynamics);
  // Has anybody opted out, that both may have opted in since?
  let out = now.dynamics === 'yes' || now.marketo === 'yes';

  for (const { side, value, ours, clear, passesForOurs } of events) {
    const other = side === 'dynamics' ? 'marketo' : 'dynamics';
    if (ours) {
      // Written over an edit while the other side had moved on: listed as a conflict, and the newest stands.
      if (edited[side] === now[side] && value !== now[other] && edited[other] !== undefined)
        also.add(edited[other] as Comparable);
      now[side] = value;
      bases.add(value);
      if (!clear) doubtful = true;
      closed = now.dynamics === now.marketo;
      continue;
    }
    if (closed) {
      // Where the answer was lost the service may still weigh what it knew before.
      bases = new Set<Base>(doubtful ? [...bases, NONE, now.dynamics] : [now.dynamics]);
      if (!doubtful) {
        edited = {};
        out = now.dynamics === 'yes';
      }
      also.clear();
      closed = false;
      doubtful = false;
    }
    now[side] = value;
    edited[side] = value;
    if (value === 'yes') out = true;
    if (passesForOurs) bases.add(value);
    // Kept back: no base is left behind (DESIGN §5), and the next merge is one without.
    if (!clear) {
      bases.add(NONE);
      doubtful = true;
    }
    if (now.dynamics === now.marketo) bases.add(value);
  }
  if (now.dynamics !== now.marketo) return undefined;
  if (edited.dynamics === undefined && edited.marketo === undefined) return undefined;
  const may = new Set<Comparable>(also);
  for (const base of bases) for (const value of settle(base, edited, now, policy)) may.add(value);
  if (policy.rule === 'most-restrictive' && out && edited.dynamics !== undefined && edited.marketo !== undefined)
    may.add('yes');
  return { final: now.dynamics, may };
}

/** What one base makes of the last edits. */
function settle(
  base: Base,
  edited: { dynamics?: Comparable; marketo?: Comparable },
  now: { dynamics: Comparable; marketo: Comparable },
  policy: Policy,
): Comparable[] {
  const rest = base === NONE ? now.dynamics : base;
  const dynamics = edited.dynamics ?? rest;
  const marketo = edited.marketo ?? rest;
  if (dynamics === marketo) return [dynamics];
  if (base !== NONE) {
    if (dynamics === base) return [marketo];
    if (marketo === base) return [dynamics];
  } else if (!policy.consent) {
    if (dynamics === EMPTY) return [marketo];
    if (marketo === EMPTY) return [dynamics];
  }
  return settleConflict(policy, dynamics, marketo);
}

/** Who asks may be told either; which edit is the newest depends on times that the service may not have. */
function settleConflict({ rule, winner }: Policy, dynamics: Comparable, marketo: Comparable): Comparable[] {
  const wins = (side: 'dynamics' | 'marketo') => [side === 'dynamics' ? dynamics : marketo];
  switch (rule) {
    case 'dynamics':
    case 'marketo':
      return wins(rule);
    case 'most-restrictive':
      return dynamics === 'yes' || marketo === 'yes' ? ['yes'] : wins(winner);
    case 'non-empty':
      if (dynamics === EMPTY) return [marketo];
      return marketo === EMPTY ? [dynamics] : wins(winner);
    case 'newest':
    case 'ask':
      return [dynamics, marketo];
  }
}
