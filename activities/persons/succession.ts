import { isApiError } from '../../clients/errors';
import { MERGE_LOSERS } from '../../clients/marketo/merge-leads';
import { entityOf, guidOf, type Link } from '../../clients/mongo/links';
import { forMarketo } from '../../model/decision';
import { PERSON_IDENTITY } from '../../model/entities';
import { optOutsToKeep, type Succession, succession } from '../../model/identity';
import type { Parked } from '../../model/park';
import { stateIs, type TrailEvent, trailed } from '../../model/trail';
import { commit } from '../commit';
import { requeueDependants } from '../dependants';
import type { Deps } from '../deps';
import { park } from '../park';
import { type Candidate, newLink } from '../rows';
import type { BoundEntity } from '../schema';
import type { WriteRow, Writer } from '../writer';
import { mergePair } from './pair';
import { consentsOf, findSuccessors, type Succeeded } from './successors';
import { removeBridges } from './teams';

type Settled = Succeeded & { outcome: Succession; refused?: string };

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
  await tellWinners(deps, writer, by('merge'), candidates);
  await flag(deps, writer, by('flag'));
  await standAside(deps, writer, by('merge', 'flag', 'retire'));
  const goOn = new Set(by('go-on', 'await').map(({ candidate }) => candidate));
  const succeeded = new Set(settled.map(({ candidate }) => candidate));
  return candidates.filter((candidate) => goOn.has(candidate) || !succeeded.has(candidate));
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

/** Done twice it finds no loser any more, and does nothing. */
async function mergeAll(deps: Deps, bound: BoundEntity, writer: Writer, rows: readonly Settled[]): Promise<void> {
  // Before the merge, which leaves nobody to ask.
  await keepOptOuts(deps, bound, writer, rows);
  for (const losers of byWinner(rows).values()) {
    for (let at = 0; at < losers.length; at += MERGE_LOSERS)
      await merge(deps, writer, losers.slice(at, at + MERGE_LOSERS));
  }
}

function byWinner(rows: readonly Settled[]): Map<string, Settled[]> {
  const found = new Map<string, Settled[]>();
  for (const row of rows) found.set(row.into.id, [...(found.get(row.into.id) ?? []), row]);
  return found;
}

async function keepOptOuts(deps: Deps, bound: BoundEntity, writer: Writer, rows: readonly Settled[]): Promise<void> {
  const consents = rows.length > 0 ? await consentsOf(deps) : [];
  for (const [id, losers] of byWinner(rows)) {
    const winner = losers[0]?.into.person;
    const outs =
      winner &&
      optOutsToKeep(
        consents,
        winner,
        losers.map((loser) => agreedConsents(deps, bound, loser)),
      );
    if (outs && Object.keys(outs).length > 0)
      await update(deps, writer, [{ linkId: id, record: { id: winner.id, ...outs } }]);
  }
}

/** What row and person would agree on: an edit of the row may not have come to its person yet. */
function agreedConsents(deps: Deps, bound: BoundEntity, { candidate, person }: Settled): Record<string, unknown> {
  const consents = { ...bound, fields: bound.fields.filter(({ rule }) => rule.consent) };
  const decisions = mergePair(deps, consents, candidate, person ?? null, {
    values: new Map(),
    missing: [],
    hoping: [],
  });
  return { ...person, ...forMarketo(decisions) };
}

/** What Marketo refuses of several is asked for one by one; what it refuses of one is listed. */
async function merge(deps: Deps, writer: Writer, losers: readonly Settled[]): Promise<void> {
  const winner = Number(losers[0]?.into.person?.id);
  const rows = losers.map(
    ({ candidate, person }): WriteRow => ({
      linkId: candidate.linkId,
      record: { id: person?.id },
    }),
  );
  const ids = rows.map(({ record }) => Number(record.id));
  try {
    await writer.send('merge', rows, async (beforeSend) => {
      await deps.marketo.mergeLeads(winner, ids, beforeSend);
      return [];
    });
  } catch (error) {
    if (!isApiError(error, 'refused')) throw error;
    if (losers.length > 1) for (const one of losers) await merge(deps, writer, [one]);
    else for (const one of losers) one.refused = error.code ?? 'refused';
  }
}

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

/** The loser's person stays, and says what it is. */
async function flag(deps: Deps, writer: Writer, rows: readonly Settled[]): Promise<void> {
  const records = rows.flatMap(({ candidate, person }): WriteRow[] =>
    person ? [{ linkId: candidate.linkId, record: { id: person.id, [PERSON_IDENTITY.isDeleted]: true } }] : [],
  );
  if (records.length > 0) await update(deps, writer, records);
}

const update = (deps: Deps, writer: Writer, rows: readonly WriteRow[]) => {
  const input = rows.map(({ record }) => record);
  return writer.send('update', rows, (beforeSend) =>
    deps.marketo.syncLeads({ action: 'updateOnly', lookupField: 'id', input }, beforeSend),
  );
};

/** The other row stands for it from now on: with the other's person, where there is one. */
async function standAside(deps: Deps, writer: Writer, rows: readonly Settled[]): Promise<void> {
  const moved = rows.filter(hasMoved);
  const aside = rows.filter(({ refused }) => refused === undefined);
  await removeBridges(
    deps,
    writer,
    aside.flatMap(({ candidate }) => candidate.link ?? []),
  );
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
}

/** What belongs to the row hangs on another person from now on; or has to be queued still, where an attempt died before it was. */
const hasMoved = ({ candidate: { link }, into, outcome, refused }: Settled): boolean =>
  refused === undefined &&
  outcome !== 'flag' &&
  into.person !== undefined &&
  (link?.moved === true || (link?.marketoId !== undefined && link.marketoId !== into.person.id));

function after(deps: Deps, { candidate, into, outcome, refused }: Settled): Link {
  const { team, receipts: _told, moved: _queued, ...link } = linkOf(deps, candidate);
  const seenVersion = Math.max(link.seenVersion, candidate.version);
  if (refused !== undefined) {
    // Until a resync, or its next edit.
    const step: TrailEvent = { at: Date.now(), what: 'refused-by-marketo', code: refused, keys: [] };
    const kept = { ...link, ...trailed(link, [step]), ...(team !== undefined && { team }) };
    return { ...kept, state: 'refused', appliedVersion: candidate.version, seenVersion, parked: [''], dirty: false };
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
