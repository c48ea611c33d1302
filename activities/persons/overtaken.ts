import type { MarketoRecord } from '../../clients/marketo/types';
import type { InboxItem } from '../../clients/mongo/inbox';
import { linkId } from '../../clients/mongo/links';
import type { FieldDecision } from '../../model/decision';
import { NORMALISER_VERSION, normaliseAs } from '../../model/normalise';
import { settleOvertaken } from '../../model/overtaken';
import type { Deps } from '../deps';
import type { Candidate } from '../rows';
import type { BoundEntity } from '../schema';
import { type Judged, judgeEntries } from './feed';
import { conflictOf, rowChangedAt, winnerOf } from './pair';
import type { Foreseen } from './restore';

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
 * A write of ours that was carried out long after it was sent, by an attempt that was taken for dead, may have overtaken what both sides had
 * agreed on since: what Marketo holds is then our own copy, and older than that.
 */
export function noteLate({ store }: Deps, { link }: Candidate, overtaken: readonly Judged[]): void {
  for (const { bound: field, entry, to } of overtaken) {
    const mark = field && link?.marks.get(field.key);
    if (!link || !field || mark?.state !== 'agreed') continue;
    const { kind, field: marketo } = field;
    const before = store.fingerprinter.of(
      normaliseAs(mark.by ?? NORMALISER_VERSION, kind, marketo.dataType, entry.from),
    );
    if (before !== mark.fingerprint) continue;
    link.unsureMarketo = [...(link.unsureMarketo ?? []), { key: field.key, before, sent: to, at: entry.at }];
  }
}

/** What becomes of each overtaken edit: one that wins is restored. @param seen what the merge says without them. */
export function settleAllOvertaken(
  deps: Deps,
  bound: BoundEntity,
  candidate: Candidate,
  record: MarketoRecord,
  seen: readonly FieldDecision[],
  overtaken: readonly Judged[],
): Foreseen[] {
  return overtaken.flatMap(({ bound: field, entry, to }): Foreseen[] => {
    const decision = field && seen.find((one) => one.bound.key === field.key);
    if (!decision) return [];
    const values = { ours: record[field.field.name], edit: entry.from };
    const changedAt = { ...rowChangedAt(candidate), marketo: entry.at };
    const { outcome, ...settled } = settleOvertaken(field, decision, to, values, changedAt, winnerOf(bound));
    const conflict = conflictOf(deps, candidate, field, entry.from, settled);
    return [{ conflict, ...(outcome === 'restore' && { restore: { field, value: entry.from } }) }];
  });
}
