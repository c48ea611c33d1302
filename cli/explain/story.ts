import { conflictKey } from '../../clients/mongo/conflicts';
import type { Failure } from '../../clients/mongo/failures';
import type { InboxItem } from '../../clients/mongo/inbox';
import { entityOf, guidOf, type LinkState, linkId } from '../../clients/mongo/links';
import type { Store } from '../../clients/mongo/store';
import type { FieldRule } from '../../model/field-rule';
import { isoOf } from '../../model/instant';
import { directionOf, PARK_REASONS, type ParkReason } from '../../model/park';
import { desiredRoles, type Role } from '../../model/roles';
import type { Settings } from '../../model/settings';
import { lineOf } from '../push/report';
import { type FieldStory, fieldStories, type Step, stepsOf } from './fields';
import { REMEDIES, STATES } from './meanings';

export interface KeptBack {
  field?: string;
  reason: ParkReason;
  meaning: string;
  remedy?: string;
  code?: string;
  direction: string;
  since: string;
  lastTried: string;
  attempts: number;
}

/** All that the service knows of one row: names, codes, times and ids; never a value. */
export interface Story {
  /** `entity:guid` */
  id: string;
  link?: {
    state: LinkState;
    meaning: string;
    /** The row that stands for it. */
    into?: string;
    marketoId?: number | string;
    /** Of a custom row: the Marketo person or company that its record belongs to. */
    owner?: number;
    seenVersion: number;
    appliedVersion: number;
    /** Something is open: the row gets a full merge when it is met next. */
    dirty: boolean;
    /** Systems that may hold an older copy of ours, from a write whose answer was lost. */
    unsure: string[];
  };
  /** Which row the Marketo person belongs to, and did before. */
  person?: { marketoId: number; owner: string; previous?: string };
  /** What came of the command that was to make the row of its person. */
  push?: string;
  fields: FieldStory[];
  steps: Step[];
  keptBack: KeptBack[];
  conflicts: { key: string; field: string; winner: string; rule: string; at: string; decided?: string }[];
  waitsFor: string[];
  awaitedBy: string[];
  /** In the inbox: from which system, since when, what is to be done. */
  inbox: { from: 'dynamics' | 'marketo'; since: string; what: string }[];
  /** A vendor failed at it while others got through: when it is tried again; absent: not by itself, as it is parked. */
  setAside: { from: 'dynamics' | 'marketo'; code: string; failures: number; dueAt?: string; outage: boolean }[];
  unanswered: { object: string; action: string; sentAt: string }[];
  failures: (Omit<Failure, 'id' | 'first' | 'last' | 'mendedAt'> & {
    first: string;
    last: string;
    mendedAt?: string;
  })[];
  roles?: { wanted: Role[]; written: (Role & { leadId: number })[]; refused: Record<string, string> };
  /** So many deletions of the entity came within a day that they stopped. */
  deletesStopped: boolean;
}

/** Gathers a row's story from the service's memory; neither system is asked. */
export async function storyOf(store: Store, settings: Settings, id: string): Promise<Story> {
  const entity = settings.entities.find(({ name }) => name === entityOf(id));
  const rules = entity?.rules ?? [];
  const link = (await store.links.get([id])).get(id);
  const known = (await store.fields.get(entityOf(id)))?.fields;
  return {
    id,
    ...(link && {
      link: {
        state: link.state,
        meaning: STATES[link.state],
        ...(link.into !== undefined && { into: link.into }),
        ...(link.marketoId !== undefined && { marketoId: link.marketoId }),
        ...(link.owner !== undefined && { owner: link.owner }),
        seenVersion: link.seenVersion,
        appliedVersion: link.appliedVersion,
        dirty: link.dirty === true,
        unsure: [...(link.unsureMarketo ? ['marketo'] : []), ...(link.unsureDynamics ? ['dynamics'] : [])],
      },
    }),
    ...(await personOf(store, entity?.target.kind === 'person' ? link?.marketoId : undefined)),
    fields: link ? fieldStories(link, rules, store.fingerprinter.of(null), known) : [],
    steps: link ? stepsOf(link, rules, known) : [],
    ...(await troubleOf(store, id, rules)),
    ...(await queuesOf(store, id)),
    ...(await rolesOf(store, settings, id)),
    deletesStopped: (await store.deletions.recent(entityOf(id))).stopped,
  };
}

async function personOf(
  { people, pushes }: Store,
  marketoId: number | string | undefined,
): Promise<Pick<Story, 'person' | 'push'>> {
  if (typeof marketoId !== 'number') return {};
  const person = (await people.get([marketoId])).get(marketoId);
  const push = (await pushes.get([marketoId])).get(marketoId);
  return { ...(person && { person }), ...(push && { push: lineOf(push) }) };
}

async function troubleOf(
  store: Store,
  id: string,
  rules: readonly FieldRule[],
): Promise<Pick<Story, 'keptBack' | 'conflicts' | 'failures'>> {
  const parked = await store.parked.of(id);
  const conflicts = await store.conflicts.of(id);
  const failures = await store.failures.of(id);
  return {
    keptBack: parked.map(({ field, reason, code, direction, since, at, attempts }): KeptBack => {
      const remedy = REMEDIES[reason];
      const rule = rules.find(({ marketo }) => marketo === field);
      return {
        ...(field !== undefined && { field: rule ? `${rule.marketo} (${rule.dynamics})` : field }),
        reason,
        meaning: PARK_REASONS[reason],
        ...(remedy && { remedy: remedy.replace('ENTITY', entityOf(id)).replace('GUID', guidOf(id)) }),
        ...(code !== undefined && { code }),
        direction: directionOf({ reason, ...(direction && { direction }) }),
        since: isoOf(since),
        lastTried: isoOf(at),
        attempts,
      };
    }),
    conflicts: conflicts.map((conflict) => ({
      key: conflictKey(conflict),
      field: conflict.field,
      winner: conflict.winner,
      rule: conflict.rule,
      at: isoOf(conflict.at),
      ...(conflict.decided && { decided: `${conflict.decided.take}, ${conflict.decided.outcome}` }),
      ...(conflict.outdatedAt && !conflict.decided && { decided: 'nobody: settled or edited since' }),
    })),
    failures: failures.map(({ id: _id, first, last, mendedAt, ...rest }) => ({
      ...rest,
      first: isoOf(first),
      last: isoOf(last),
      ...(mendedAt && { mendedAt: isoOf(mendedAt) }),
    })),
  };
}

function whatOf({ deleted, lost, resync, decide }: InboxItem): string {
  if (deleted) return 'a deletion';
  if (lost) return lost.into === undefined ? 'a deletion' : `a merge into ${lost.into}`;
  if (resync) return 'to be compared again';
  return decide ? 'an operator’s decision' : 'a change';
}

async function queuesOf(
  store: Store,
  id: string,
): Promise<Pick<Story, 'waitsFor' | 'awaitedBy' | 'inbox' | 'setAside' | 'unanswered'>> {
  const inbox: Story['inbox'] = [];
  for (const from of ['dynamics', 'marketo'] as const) {
    for await (const { since, items } of store.inbox.all(entityOf(id), from)) {
      for (const item of items) {
        if (linkId(entityOf(id), item.id) !== id) continue;
        inbox.push({ from, since: isoOf(since), what: whatOf(item) });
      }
    }
  }
  const unanswered = await store.journal.unansweredAbout(id);
  return {
    waitsFor: await store.waiting.targetsOf(id),
    awaitedBy: await store.waiting.waitersOf(id),
    inbox,
    setAside: (await store.asides.of(id)).map(({ feed, aside: { trouble, dueAt, outage } }) => ({
      from: feed,
      code: `${trouble.api} ${trouble.operation}: ${trouble.code}`,
      failures: trouble.failures,
      ...(dueAt && { dueAt: isoOf(dueAt) }),
      outage: outage === true,
    })),
    unanswered: unanswered.map(({ sentAt, ...rest }) => ({ ...rest, sentAt: isoOf(sentAt) })),
  };
}

/** Contact roles are a set of their opportunity's, whichever of the two was asked for. */
async function rolesOf({ roles }: Store, { parentContactRoles }: Settings, id: string): Promise<Pick<Story, 'roles'>> {
  if (!['opportunity', 'connection'].includes(entityOf(id))) return {};
  const record = (await roles.get([guidOf(id)])).get(guidOf(id));
  if (!record) return {};
  const wanted = desiredRoles(record.sources, parentContactRoles);
  return { roles: { wanted, written: record.written, refused: record.refused ?? {} } };
}
