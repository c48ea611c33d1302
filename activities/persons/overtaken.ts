import type { MarketoRecord } from '../../clients/marketo/types';
import type { Conflict } from '../../clients/mongo/conflicts';
import type { InboxItem } from '../../clients/mongo/inbox';
import { linkId } from '../../clients/mongo/links';
import { columnKey } from '../../model/bind';
import type { FieldDecision } from '../../model/merge';
import { settleOvertaken } from '../../model/overtaken';
import type { Deps } from '../deps';
import type { ResolvedRow } from '../references';
import type { Candidate } from '../rows';
import type { BoundEntity } from '../schema';
import { type Judged, judgeEntries } from './feed';
import { conflictSeq, mergePair, winnerOf } from './pair';

/** Edits that a write of ours overtook, by link id, the latest of each field. */
export async function findOvertaken(
  deps: Deps,
  bound: BoundEntity,
  items: readonly InboxItem[],
  candidates: readonly Candidate[],
): Promise<Map<string, Judged[]>> {
  const links = new Map(candidates.map(({ linkId: id, link }) => [id, link]));
  const people = items.flatMap(({ id, entries }) => {
    const link = links.get(linkId(bound.entity.name, id));
    return link && entries ? [{ link, bound, entries }] : [];
  });
  const judged = await judgeEntries(deps, people);
  const found = new Map<string, Judged[]>();
  for (const [id, all] of judged) {
    const latest = new Map(all.flatMap((one) => (one.verdict === 'overtook' ? [[one.entry.field, one] as const] : [])));
    if (latest.size > 0) found.set(id, [...latest.values()]);
  }
  return found;
}

/**
 * Merges a pair with the edits that we overtook: one that wins takes the place of what Marketo holds. Its field keeps
 * what the link remembers, so that the value goes on from Dynamics to Marketo as any edit does.
 */
export function mergeOvertaken(
  deps: Deps,
  bound: BoundEntity,
  candidate: Candidate,
  record: MarketoRecord,
  resolved: ResolvedRow,
  overtaken: readonly Judged[],
): { decisions: FieldDecision[]; conflicts: Conflict[] } {
  const seen = mergePair(deps, bound, candidate, record, resolved);
  const conflicts: Conflict[] = [];
  const restored: Record<string, string | null> = {};
  for (const { bound: field, entry, to } of overtaken) {
    const decision = field && seen.find((one) => one.bound.key === field.key);
    if (!decision) continue;
    const { outcome, winner, rule } = settleOvertaken(field, decision, to, entry.from, winnerOf(bound));
    const dynamics = candidate.row[columnKey(field.column)] ?? null;
    const values = { dynamics, marketo: entry.from };
    const seq = conflictSeq(deps, candidate, entry.from);
    conflicts.push({ id: candidate.linkId, field: field.field.name, seq, winner, rule, at: new Date(), values });
    if (outcome === 'restore') restored[field.field.name] = entry.from;
  }
  if (Object.keys(restored).length === 0) return { decisions: seen, conflicts };
  const decisions = mergePair(deps, bound, candidate, { ...record, ...restored }, resolved).map((decision) => {
    if (!(decision.bound.field.name in restored) || decision.action !== 'to-dynamics') return decision;
    const { mark: _settledLater, ...rest } = decision;
    return rest;
  });
  return { decisions, conflicts };
}
