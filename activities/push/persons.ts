import type { InboxItem } from '../../clients/mongo/inbox';
import { entityOf, type Link, linkId } from '../../clients/mongo/links';
import type { PushResult } from '../../clients/mongo/pushes';
import { marksAfter, parkedBy } from '../../model/decision';
import type { Receipt } from '../../model/fingerprint';
import type { Parked } from '../../model/park';
import { PUSH_AS } from '../../model/push';
import { decidePush, type PushOutcome } from '../../model/push-outcome';
import { trailed } from '../../model/trail';
import { eventsOf } from '../../model/trail-events';
import type { Deps } from '../deps';
import { park } from '../park';
import { readPersons } from '../persons/read';
import { newLink } from '../rows';
import type { BoundEntity } from '../schema';
import type { Writer } from '../writer';
import { makeRows } from './make';
import { findOwners } from './owners';
import { type Made, planRow } from './plan';
import { type Situation, situationsOf } from './situation';

/**
 * Makes rows of persons that are in Marketo alone (native-sync §2.3): each is claimed, then made under an id that follows from the
 * person, then linked by the ordinary way forward. Whatever is cut short in between meets its own row again the next time.
 */
export async function pushPersons(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  items: readonly InboxItem[],
): Promise<{ done: number; created: number }> {
  const asked = items.filter(({ push }) => push !== undefined);
  if (asked.length === 0) return { done: 0, created: 0 };
  const { store } = deps;
  const large = new Set<number>();
  const records = await readPersons(
    deps,
    bound.marketoFields,
    asked.map(({ id }) => Number(id)),
    (id) => large.add(id),
  );
  const legible = asked.filter(({ id }) => !large.has(Number(id)));
  const situations = await situationsOf(deps, legible, records);
  const results = asked.flatMap(({ id, push }): PushResult[] =>
    push && large.has(Number(id))
      ? [
          {
            marketoId: Number(id),
            as: push.as,
            outcome: 'refused',
            reason: 'too-large',
            ...(push.standing && { standing: true }),
          },
        ]
      : [],
  );
  const rows: Made[] = [];
  for (const situation of situations) {
    const verdict = decidePush(situation.facts);
    const taken =
      verdict === 'create' ? await claim(deps, writer, situation) : { outcome: verdict, row: situation.has };
    if (taken) results.push(resultOf(situation, taken.outcome, { row: taken.row }));
    else rows.push(planRow(deps, bound, situation));
  }
  await announce(deps, writer, rows);
  const owners = await findOwners(
    deps,
    rows.map(({ wish }) => wish.owner),
  );
  await makeRows(deps, bound, writer, rows, owners);
  const known = writer.withoutFailed(rows, ({ marketoId }) => linkId(bound.entity.name, String(marketoId)));
  const made = known.filter(({ parked }) => parked === undefined);
  await recordMade(deps, bound, writer, made);
  const refused = known.filter((row) => row.parked !== undefined);
  await takeBack(deps, writer, refused);
  results.push(...made.map((row) => resultOf(row, 'created', { row: row.linkId })));
  results.push(...refused.map((row) => resultOf(row, 'refused', row.parked)));
  await park(
    deps,
    writer,
    results.map(({ marketoId, as, outcome, reason, code, other }) => ({
      id: linkId(as, String(marketoId)),
      was: [''],
      operation: 'create' as const,
      now:
        outcome === 'refused' && reason !== undefined
          ? [{ reason, ...(code !== undefined && { code }), ...(other !== undefined && { other }) }]
          : [],
    })),
  );
  // The last word counts: what was kept back of it as another kind is over.
  const asAnother = results.flatMap(({ marketoId, as }) =>
    PUSH_AS.flatMap((kind) => (kind === as ? [] : [linkId(kind, String(marketoId))])),
  );
  await park(
    deps,
    writer,
    asAnother.map((id) => ({ id, was: [''], now: [] })),
  );
  await writer.check();
  await store.pushes.note(results);
  return { done: asked.length, created: made.length };
}

function resultOf(
  { marketoId, wish, facts }: Situation,
  outcome: PushOutcome,
  { row, ...parked }: Partial<Parked> & { row?: string | undefined } = {},
): PushResult {
  return {
    marketoId,
    as: wish.as,
    outcome,
    ...(row !== undefined && { row }),
    ...parked,
    ...(facts.standing && { standing: true as const }),
  };
}

/** @returns what came of it where another row was quicker. */
async function claim(
  { store }: Deps,
  writer: Writer,
  { marketoId, wish, person, facts, guid }: Situation,
): Promise<{ outcome: PushOutcome; row: string } | undefined> {
  const own = linkId(wish.as, guid);
  if (
    facts.owner?.is === 'deleted' &&
    person &&
    (await store.people.transfer(marketoId, person.owner, own, writer.epoch))
  )
    return undefined;
  const owner = await store.people.claimOne(marketoId, own, writer.epoch);
  if (owner === own) return undefined;
  return { outcome: entityOf(owner) === wish.as ? 'already-linked' : 'linked-otherwise', row: owner };
}

/**
 * The link is there before the row is: whoever meets the row first, this attempt, the next one or the feed, knows its person; and knows
 * what was sent as our own copy, should the answer be lost.
 */
async function announce({ store }: Deps, writer: Writer, rows: readonly Made[]): Promise<void> {
  const known = await store.links.get(rows.map((row) => row.linkId));
  const at = Date.now();
  const links = rows.map((row): Link => {
    const before = known.get(row.linkId);
    const base = before?.state === 'pushed' ? before : newLink(row.linkId, store.links.epoch);
    const sent = row.decisions.flatMap(({ bound, action, taken }): Receipt[] =>
      action === 'to-dynamics' && taken !== undefined ? [{ key: bound.key, before: 0n, sent: taken, at }] : [],
    );
    const unsureDynamics = [...(base.unsureDynamics ?? []), ...sent];
    row.link = { ...base, state: 'pushed', marketoId: row.marketoId, dirty: true, unsureDynamics };
    return row.link;
  });
  await store.links.put(links, writer.epoch);
}

/** The way forward merges each with its person, and writes the row's id to it. */
async function recordMade({ store }: Deps, bound: BoundEntity, writer: Writer, made: readonly Made[]): Promise<void> {
  const links = made.flatMap(({ link, outcome, decisions, refused }): Link[] => {
    // Of a row that was met, nobody knows which attempt made it: it is merged without a base.
    if (!link || outcome?.status !== 'created') return [];
    const { unsureDynamics: _known, ...rest } = link;
    const call = { to: 'dynamics', outcome: 'updated', refused } as const;
    const events = eventsOf(decisions, { marks: new Map(), parked: [] }, call, Date.now());
    return [
      {
        ...rest,
        ...trailed(link, events),
        marks: marksAfter(new Map(), decisions, 'dynamics', refused),
        seenVersion: outcome.version ?? 0,
        parked: parkedOf(decisions, refused).map(({ field }) => field ?? ''),
      },
    ];
  });
  await park(
    { store },
    writer,
    made.map(({ linkId: id, link, decisions, refused }) => ({
      id,
      was: link?.parked ?? [],
      now: parkedOf(decisions, refused),
    })),
  );
  await store.inbox.add(
    bound.entity.name,
    'dynamics',
    made.map(({ guid }) => ({ id: guid })),
    new Date(),
  );
  await store.links.put(links, writer.epoch);
}

const parkedOf = (decisions: Made['decisions'], refused: Made['refused']): Parked[] => [
  ...parkedBy(decisions),
  ...[...refused].map(([field, code]): Parked => ({ field, reason: 'refused-by-dynamics', code })),
];

/** Nothing was made: nobody owns the person, so that a row which someone makes by hand can adopt it. */
async function takeBack({ store }: Deps, writer: Writer, refused: readonly Made[]): Promise<void> {
  await store.links.unmake(
    refused.map((row) => row.linkId),
    writer.epoch,
  );
  for (const { marketoId, linkId: own, person } of refused) {
    const former = person?.owner === own ? person.previous : person?.owner;
    await store.people.release(marketoId, own, former, writer.epoch);
  }
}
