import { entityOf, guidOf, type Link } from '../../clients/mongo/links';
import { type Succession, succession } from '../../model/identity';
import type { Parked } from '../../model/park';
import { stateIs, type TrailEvent, trailed } from '../../model/trail';
import { commit } from '../commit';
import { requeueDependants } from '../dependants';
import type { Deps } from '../deps';
import { park } from '../park';
import { type Candidate, newLink } from '../rows';
import type { BoundEntity } from '../schema';
import type { Writer } from '../writer';
import { flagPeople } from './gone';
import { byWinner, keepOptOuts, mergeAll, type Settled } from './merge-people';
import { findSuccessors } from './successors';
import { removeBridges } from './teams';

/**
 * Rows that another row stands for (model/identity.ts): losers of a merge in Dynamics, leads that were qualified into an existing contact.
 *
 * @returns the rows that are synced as ever
 */
export async function applySuccessions(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  candidates: readonly Candidate[],
): Promise<Candidate[]> {
  const found = await findSuccessors(deps, writer, bound.entity.name, candidates);
  if (found.length === 0) return [...candidates];
  const { whenDeleted } = bound.entity;
  const policies = { whenMerged: deps.settings.whenMergedInDynamics, whenDeleted };
  const settled = found.map((one): Settled => {
    const { why, person, into } = one;
    const facts = { ...into, why, person: into.personhood, hasPerson: person !== undefined };
    return { ...one, outcome: succession(facts, policies) };
  });
  const by = (...outcomes: Succession[]) => settled.filter(({ outcome }) => outcomes.includes(outcome));
  // Leads and contacts are one lane: nobody writes the other row meanwhile, so that no wake-up is lost.
  await deps.store.waiting.add(
    by('await', 'freeze').map(({ candidate, into }) => ({ waiter: candidate.linkId, target: into.id })),
  );
  await freeze(deps, writer, by('freeze'));
  await mergeAll(deps, bound, writer, by('merge'));
  // Marketers had merged the two persons before: there is nobody to ask but the row.
  await keepOptOuts(deps, bound, writer, by('retire').filter(wasMergedInMarketo));
  const done = writer.withoutFailed(by('merge', 'retire'), ({ candidate }) => candidate.linkId);
  await tellWinners(
    deps,
    writer,
    done.filter(({ outcome }) => outcome === 'merge'),
    candidates,
  );
  await standAside(deps, writer, [...done, ...(await flag(deps, writer, by('flag')))]);
  const goOn = new Set(by('go-on', 'await').map(({ candidate }) => candidate));
  const succeeded = new Set(settled.map(({ candidate }) => candidate));
  const open = candidates.filter((candidate) => goOn.has(candidate) || !succeeded.has(candidate));
  // A winner that was told of an opt-out, and of which no answer came.
  return writer.withoutBusy(open, ({ linkId }) => [linkId]);
}

const linkOf = ({ store }: Deps, { link, linkId }: Candidate): Link => link ?? newLink(linkId, store.links.epoch);

async function freeze(deps: Deps, writer: Writer, rows: readonly Settled[]): Promise<void> {
  const links = rows.map(({ candidate }): Link => {
    const link = linkOf(deps, candidate);
    const trail = trailed(link, link.state === 'frozen' ? [] : [stateIs('frozen', Date.now())]);
    return {
      ...link,
      ...trail,
      state: 'frozen',
      dirty: true,
      seenVersion: Math.max(link.seenVersion, candidate.version),
    };
  });
  await deps.store.links.put(links, writer.epoch);
}

const wasMergedInMarketo = ({ candidate: { link } }: Settled): boolean => link?.state === 'merged';

/** So that its story says whose values it has. */
async function tellWinners(
  { store }: Deps,
  writer: Writer,
  rows: readonly Settled[],
  candidates: readonly Candidate[],
): Promise<void> {
  const losers = byWinner(rows.filter(({ refused }) => refused === undefined));
  const at = Date.now();
  const links = [...(await store.links.get([...losers.keys()])).values()].map((link): Link => {
    const steps = (losers.get(link.id) ?? []).map(
      ({ person }): TrailEvent => ({ at, what: 'merged', code: `with ${person?.id}`, keys: [] }),
    );
    return { ...link, ...trailed(link, steps) };
  });
  await store.links.put(links, writer.epoch);
  const told = new Map(links.map((link) => [link.id, link]));
  // A winner of the same page goes on with its own copy.
  for (const candidate of candidates) candidate.link = told.get(candidate.linkId) ?? candidate.link;
}

/** The loser's person stays, and says what it is. @returns the rows of which that is known */
async function flag(deps: Deps, writer: Writer, rows: readonly Settled[]): Promise<Settled[]> {
  const people = rows.flatMap(({ candidate: { linkId }, person }) =>
    person ? [{ row: linkId, person: Number(person.id) }] : [],
  );
  const { refused, failed } = await flagPeople(deps, writer, people);
  for (const row of rows) {
    const code = refused.get(row.candidate.linkId);
    if (code !== undefined) row.refused = code;
  }
  return rows.filter(({ candidate: { linkId } }) => !failed.has(linkId));
}

/** The other row stands for it from now on: with the other's person, where there is one. */
async function standAside(deps: Deps, writer: Writer, rows: readonly Settled[]): Promise<void> {
  const moved = rows.filter(hasMoved);
  await park(
    deps,
    writer,
    rows.map(({ candidate, refused }) => {
      const now: Parked[] = refused === undefined ? [] : [{ reason: 'refused-by-marketo', code: refused }];
      return { id: candidate.linkId, was: candidate.link?.parked ?? [], now };
    }),
  );
  const links = rows.map((row) => ({ row, before: row.candidate.link, now: after(deps, row) }));
  await commit(deps, writer, links, {
    // What the merge filled in, and the opt-outs, go to the other row as well.
    queue: moved.map(({ into }) => ({
      entity: entityOf(into.id),
      feed: 'dynamics' as const,
      items: [{ id: guidOf(into.id), resync: true as const }],
    })),
    moved: {
      links: links.filter(({ row }) => moved.includes(row)),
      requeue: () =>
        requeueDependants(
          deps,
          moved.map(({ candidate }) => candidate.linkId),
        ),
    },
  });
  await removeBridges(
    deps,
    writer,
    links.flatMap(({ row, now }) => (row.refused === undefined ? [now] : [])),
  );
}

/** What belongs to the row hangs on another person from now on; or has to be queued still, where an attempt died before it was. */
const hasMoved = ({ candidate: { link }, into, outcome, refused }: Settled): boolean =>
  refused === undefined &&
  outcome !== 'flag' &&
  into.person !== undefined &&
  (link?.moved === true || (link?.marketoId !== undefined && link.marketoId !== into.person.id));

function after(deps: Deps, { candidate, into, outcome, refused }: Settled): Link {
  const { receipts: _told, moved: _queued, ...link } = linkOf(deps, candidate);
  const seenVersion = Math.max(link.seenVersion, candidate.version);
  if (refused !== undefined) {
    // Until a resync, or its next edit.
    const step: TrailEvent = { at: Date.now(), what: 'refused-by-marketo', code: refused, keys: [] };
    const kept = { ...link, ...trailed(link, [step]), seenVersion, parked: [''], dirty: false };
    // Its person stays, and has to be flagged or deleted with the row; one that marketers had merged is nobody's to write.
    const state = link.state === 'merged' || link.marketoId !== undefined ? link.state : 'refused';
    return { ...kept, state, appliedVersion: candidate.version };
  }
  const person = into.person?.id;
  const marketoId = outcome !== 'flag' && person !== undefined ? { marketoId: Number(person) } : {};
  const at = Date.now();
  const told: TrailEvent[] =
    outcome === 'merge'
      ? [{ at, what: 'merged', code: `into ${person}`, keys: [] }]
      : outcome === 'flag'
        ? [{ at, what: 'flagged', keys: [] }]
        : [];
  const trail = trailed(link, [...told, stateIs('superseded', at)]);
  return { ...link, ...trail, ...marketoId, state: 'superseded', into: into.id, seenVersion, parked: [], dirty: false };
}
