import type { FeedEntry, InboxItem } from '../../clients/mongo/inbox';
import type { Link } from '../../clients/mongo/links';
import { forDynamics } from '../../model/decision';
import { eligibility } from '../../model/eligibility';
import { keepConflicts } from '../conflicts';
import type { Deps } from '../deps';
import { setAsideUnlinked } from '../hints';
import { loadTargets, resolve } from '../references';
import { type Candidate, loadRows } from '../rows';
import type { BoundEntity } from '../schema';
import { parkTooLarge } from '../too-large';
import type { Writer } from '../writer';
import { closeUnpaired, findDecided, settleDecided } from './decide';
import { guidIn } from './find';
import { settleTold } from './lost';
import { findOvertaken, noteLate, settleAllOvertaken } from './overtaken';
import { conflictsOf, mergePair } from './pair';
import { findOthers, type PatchTask, patchAll, remember } from './patch';
import { readPersons } from './read';
import { recordPatched } from './record-patched';
import { mergeRestoring } from './restore';

export interface WriteBackCounts {
  done: number;
  updated: number;
}

/** Hints from Marketo: reads both sides, merges, and writes to Dynamics what Marketo's side has won. */
export async function writeBack(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  given: readonly InboxItem[],
): Promise<WriteBackCounts> {
  const all = await setAsideUnlinked(deps, bound, given);
  await settleTold(deps, bound, writer, all);
  const items = all.filter(({ lost }) => lost === undefined);
  const { candidates, tooLarge } = await loadRows(
    deps,
    bound,
    items.map(({ id, resync }) => ({ id, ...(resync && { resync }) })),
  );
  const large = new Set<number>();
  const linked = candidates.filter(({ link }) => link?.state === 'linked' && typeof link.marketoId === 'number');
  const isFrozen = ({ row, link }: Candidate) =>
    link?.state === 'frozen' || eligibility(bound.entity.name, row) !== 'eligible';
  const frozen = linked.filter(isFrozen);
  await deps.store.links.put(
    frozen.map(({ link }) => ({ ...(link as Link), dirty: true })),
    writer.epoch,
  );

  const open = linked.filter((candidate) => !frozen.includes(candidate));
  const records = await readPersons(
    deps,
    bound.marketoFields,
    open.map(({ link }) => Number(link?.marketoId)),
    (id) => large.add(id),
  );
  const unread = open.flatMap(({ link }) => (link && large.has(Number(link.marketoId)) ? [link] : []));
  await parkTooLarge(deps, writer, [...tooLarge, ...unread]);
  const targets = await loadTargets(deps, bound, open);
  const overtaken = await findOvertaken(deps, bound, items, open);
  const decided = await findDecided(deps, bound, items);
  const told = entriesByRow(items);
  const tasks: PatchTask[] = [];
  for (const candidate of open) {
    const link = candidate.link as Link;
    const record = records.get(Number(link.marketoId));
    // Not there any more, or not ours: the feed of deletions and merges says what became of it.
    if (!record || guidIn(record) !== candidate.id) continue;
    const resolved = resolve(bound, candidate, targets);
    const entries = told.get(candidate.id) ?? [];
    const edits = overtaken.get(candidate.linkId) ?? [];
    noteLate(deps, candidate, edits);
    const seen = mergePair(deps, bound, candidate, record, resolved, entries);
    const verdicts = decided.get(candidate.linkId) ?? [];
    const foreseen = [
      ...settleAllOvertaken(deps, bound, candidate, record, seen, edits),
      ...(await settleDecided(deps, writer, candidate, record, seen, verdicts)),
    ];
    // A decision may have changed what the link remembers, and nothing else.
    const decisions =
      edits.length + verdicts.length === 0
        ? seen
        : mergeRestoring(deps, bound, candidate, record, resolved, entries, foreseen);
    tasks.push({
      candidate,
      link,
      decisions,
      values: forDynamics(decisions),
      refused: new Map(),
      conflicts: [
        ...foreseen.flatMap(({ conflict }) => conflict ?? []),
        ...conflictsOf(deps, candidate, record, decisions, 'to-dynamics'),
      ],
      restored: foreseen.some(({ restore }) => restore !== undefined),
    });
  }
  const pairs = [...tasks.map(({ candidate }) => candidate), ...candidates.filter(isFrozen)];
  await closeUnpaired(deps, writer, decided, new Set(pairs.map(({ linkId }) => linkId)));
  await keepConflicts(
    deps,
    writer,
    tasks.flatMap((task) => task.conflicts),
  );
  await remember(deps, writer, tasks);
  await patchAll(deps, bound, writer, tasks);
  const known = writer.withoutFailed(tasks, ({ candidate }) => candidate.linkId);
  await findOthers(deps, bound, known);
  await recordPatched(deps, bound, writer, known, items);
  return { done: given.length, updated: known.filter(({ outcome }) => outcome?.status === 'updated').length };
}

/** What the feed said, by the row's GUID. */
function entriesByRow(items: readonly InboxItem[]): Map<string, FeedEntry[]> {
  const found = new Map<string, FeedEntry[]>();
  for (const { id, entries = [] } of items)
    found.set(id.toLowerCase(), [...(found.get(id.toLowerCase()) ?? []), ...entries]);
  return found;
}
