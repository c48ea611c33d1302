import type { BeforeSend, MarketoRecord, SyncResult } from '../../clients/marketo/types';
import type { InboxItem } from '../../clients/mongo/inbox';
import { type LinkState, linkId, type TargetLink } from '../../clients/mongo/links';
import type { RoleRecord } from '../../clients/mongo/roles';
import { composed } from '../../model/names';
import type { Parked } from '../../model/park';
import { forgetAll } from '../../model/role-sources';
import { desiredRoles, ROLE_LENGTH, type Role, roleChanges, type WrittenRole, writtenKey } from '../../model/roles';
import { type ApplyCounts, noCounts } from '../counts';
import type { Deps } from '../deps';
import { park } from '../park';
import { type Targets, wait } from '../references';
import type { ApplyMode } from '../rows';
import { sendEach } from '../send';
import { failureOf, type MarketoTask, toMarketo } from '../task';
import type { WriteRow, Writer } from '../writer';
import { admitConnections } from './gone';
import { findLeft, handBack } from './leave';
import { learn, toldBy } from './sources';

export const PATH = 'opportunities/roles';
/** Whose person is not there any more, or is another row's by now: no role is to be expected of it. */
const GONE: ReadonlySet<LinkState> = new Set(['tombstone', 'deleted', 'superseded', 'merged']);
/** Of what is to be removed: that is what we want (marketo-api §2.3). */
const GONE_ALREADY = '1013';
/** Has no person and is not about to get one: waited for, but not listed as if it were. */
const NOT_EXPECTED: ReadonlySet<LinkState> = new Set(['frozen', 'excluded', 'refused']);

/**
 * Contact roles: items are opportunities (their own columns name contacts), connections, deletions of connections, or
 * bare ids of opportunities that waited for something. Each changes one source; the opportunity's whole set follows.
 */
export async function applyRoles(
  deps: Deps,
  writer: Writer,
  all: readonly InboxItem[],
  mode: ApplyMode,
): Promise<ApplyCounts> {
  const { store } = deps;
  const counts = noCounts(all.length);
  const { left, others } = await findLeft(deps, all);
  const { items, gone, removing } = await admitConnections(deps, writer, others);
  const told = await toldBy(deps, items);
  // Parts of a page that is written at once may be about the same opportunity.
  const writes = await writer.turns.take([...told.opportunities], writer.turns.now(), async () => {
    const records = await learn(deps, writer, told, mode);
    if (mode === 'resync') await readWritten(deps, records);
    const plans = await plan(deps, writer, records, mode);
    await carryOut(deps, writer, plans);
    return plans;
  });
  await removeRoles(deps, writer, left);
  await handBack(deps, all);
  if (removing > 0) await store.deletions.add('connection', removing);
  await store.roles.forget(gone, writer.epoch);
  counts.eligible = items.filter(({ deleted }) => !deleted).length;
  counts.created = writes.reduce((sum, { write }) => sum + write.length, 0);
  counts.updated = writes.reduce((sum, { remove }) => sum + remove.length, 0);
  return counts;
}

/** What Marketo really has of the roles that we wrote or want: a resync trusts nothing else. */
async function readWritten({ marketo, settings }: Deps, records: readonly RoleRecord[]): Promise<void> {
  // Where its roles are over the bound of an answer, what we wrote is all that there is to go by.
  const unread = new Set<string>();
  const found = await marketo.queryObjects(
    PATH,
    'externalOpportunityId',
    records.map(({ opportunity }) => opportunity),
    ['externalOpportunityId', 'leadId', 'role', 'isPrimary'],
    (opportunity) => unread.add(opportunity),
  );
  const byOpportunity = new Map<string, MarketoRecord[]>();
  for (const role of found) {
    const id = String(role.externalOpportunityId).toLowerCase();
    byOpportunity.set(id, [...(byOpportunity.get(id) ?? []), role]);
  }
  for (const record of records) {
    if (unread.has(record.opportunity)) continue;
    const contacts = new Map(
      record.written.map(({ leadId, role, contact }) => [writtenKey({ leadId, role }), contact]),
    );
    const ours = new Set(desiredRoles(record.sources, settings.parentContactRoles).map(({ role }) => composed(role)));
    record.written = (byOpportunity.get(record.opportunity) ?? []).flatMap(
      ({ leadId, role, isPrimary }): WrittenRole[] => {
        const contact = contacts.get(writtenKey({ leadId: Number(leadId), role: String(role) }));
        // A role that somebody else made is theirs, unless it is one that we want as well.
        if (contact === undefined && !ours.has(composed(String(role)))) return [];
        return [{ contact: contact ?? '', role: String(role), isPrimary: isPrimary === true, leadId: Number(leadId) }];
      },
    );
  }
}

const contactOf = ({ contact }: Role): string => linkId('contact', contact);

/** A merge moves the roles of its loser: what we wrote of a contact may be there of the person that the contact has by now. */
const movedRoles = ({ written }: RoleRecord, links: Targets): WrittenRole[] =>
  written.flatMap((role): WrittenRole[] => {
    const person = links.get(contactOf(role))?.marketoId;
    return typeof person === 'number' && person !== role.leadId ? [{ ...role, leadId: person }] : [];
  });

/** All that may be there of an opportunity's roles, beside what was written last. */
const mayBeThere = (record: RoleRecord, links: Targets): WrittenRole[] => [
  ...(record.unsure ?? []),
  ...movedRoles(record, links),
];

interface RoleWrites {
  record: RoleRecord;
  write: WrittenRole[];
  remove: WrittenRole[];
  after: WrittenRole[];
  /** To be removed, which Marketo has refused before. */
  stays: WrittenRole[];
}

/** A role on its way to Marketo, or out of it. */
interface RoleTask extends MarketoTask {
  role: WrittenRole;
  linkId: string;
  key: MarketoRecord;
}

const taskOf = (record: RoleRecord, role: WrittenRole): RoleTask => ({
  role,
  linkId: linkId('connection', record.opportunity),
  key: keyOf(record, role),
  values: { isPrimary: role.isPrimary },
  refused: new Map(),
});

/** The desired set, as far as the opportunity and its contacts are in Marketo; who is not there yet is waited for. */
async function plan(
  deps: Deps,
  writer: Writer,
  records: readonly RoleRecord[],
  mode: ApplyMode,
): Promise<RoleWrites[]> {
  const { store, settings } = deps;
  const desired = new Map(
    records.map((record) => [record.opportunity, desiredRoles(record.sources, settings.parentContactRoles)]),
  );
  const ids = records.flatMap(({ opportunity, written }) => [
    linkId('opportunity', opportunity),
    ...(desired.get(opportunity) ?? []).map(contactOf),
    ...written.map(contactOf),
  ]);
  const links = await store.links.marketoIds(ids);
  const pairs: { waiter: string; target: string }[] = [];
  const parked: { id: string; was: string[]; now: Parked[] }[] = [];
  const plans = records.map((record): RoleWrites => {
    const waiter = linkId('connection', record.opportunity);
    const opportunity = linkId('opportunity', record.opportunity);
    const there = links.get(opportunity);
    const roles = desired.get(record.opportunity) ?? [];
    const nothing = { record, write: [], remove: [], after: record.written, stays: [] };
    if (writer.withoutBusy([waiter], (id) => [id]).length === 0) return nothing;
    if (there?.marketoId === undefined || there.state !== 'linked') {
      if (roles.length + record.written.length > 0) pairs.push({ waiter, target: opportunity });
      return nothing;
    }
    const missing: Role[] = [];
    const fits = ({ role }: Role) => role.length <= ROLE_LENGTH;
    const after = roles.filter(fits).flatMap((role): WrittenRole[] => {
      const contact = links.get(linkId('contact', role.contact));
      if (contact && GONE.has(contact.state)) return [];
      if (typeof contact?.marketoId === 'number') return [{ ...role, leadId: contact.marketoId }];
      missing.push(role);
      return [];
    });
    for (const { contact } of missing) pairs.push({ waiter, target: linkId('contact', contact) });
    const awaited = missing.some(({ contact }) => !isNotExpected(links.get(linkId('contact', contact))));
    const now: Parked[] = missing.length > 0 ? [{ reason: awaited ? 'missing-reference' : 'not-eligible' }] : [];
    if (!roles.every(fits)) now.push({ field: 'role', reason: 'too-long' });
    const { write, remove } = roleChanges(record.written, after, mayBeThere(record, links));
    const refused = refusedOf(record, [...write, ...remove], mode);
    const isOpen = (role: WrittenRole): boolean => refused[refusedKey(role)] === undefined;
    const [code] = Object.values(refused);
    if (code !== undefined && missing.length === 0) now.push({ reason: 'refused-by-marketo', code });
    if (now.length > 0 || record.parked) parked.push({ id: waiter, was: ['', 'role'], now });
    record.parked = now.length > 0;
    record.refused = refused;
    const [taken, going] = [write.filter(isOpen), remove.filter(isOpen)];
    if (taken.length + going.length > 0) record.unsure = [...(record.unsure ?? []), ...taken, ...going];
    return { record, write: taken, remove: going, after, stays: remove.filter((role) => !isOpen(role)) };
  });
  await writer.check();
  await park(deps, writer, parked);
  await store.roles.put(records, writer.epoch);
  await wait(deps, pairs, links);
  return plans;
}

const isNotExpected = (link: TargetLink | undefined): boolean => link !== undefined && NOT_EXPECTED.has(link.state);

async function carryOut(deps: Deps, writer: Writer, plans: readonly RoleWrites[]): Promise<void> {
  const { store, marketo, health } = deps;
  const open = plans.filter(({ write, remove }) => write.length > 0 || remove.length > 0);
  const tasksOf = (which: 'write' | 'remove') =>
    open.flatMap((plan) => plan[which].map((role) => taskOf(plan.record, role)));
  const send = (verb: string, call: (input: MarketoRecord[], beforeSend: BeforeSend) => Promise<SyncResult[]>) =>
    toMarketo(`${PATH}.${verb}`, (batch: RoleTask[]) => {
      const rows = batch.map(
        ({ key, linkId: id, values }): WriteRow => ({ linkId: id, record: { ...key, ...values } }),
      );
      const input = rows.map(({ record }) => record);
      return writer.send('update', rows, (beforeSend) => call(input, beforeSend));
    });
  const removed = tasksOf('remove').map((task) => ({ ...task, values: {} }));
  await sendEach(
    health,
    removed,
    send('delete', (input, beforeSend) => marketo.deleteObjects(PATH, input, beforeSend)),
  );
  const written = tasksOf('write');
  await sendEach(
    health,
    written,
    send('sync', (input, beforeSend) => marketo.syncObjects(PATH, 'createOrUpdate', input, beforeSend)),
  );
  const refused = new Map(
    [...removed, ...written].flatMap((task) => {
      const code = failureOf(task);
      return code === undefined || code === GONE_ALREADY ? [] : [[task.role, code] as const];
    }),
  );
  // Of an opportunity with a role of which nobody knows, all that was sent stays unsure: it is looked at again.
  const unknown = new Set([...removed, ...written].flatMap(({ failed, linkId: id }) => (failed ? [id] : [])));
  writer.withoutFailed([...removed, ...written], ({ linkId: id }) => id);
  const known = open.filter(({ record }) => !unknown.has(linkId('connection', record.opportunity)));
  const records = known.map(({ record, write, remove, after, stays }): RoleRecord => {
    const news = [...write, ...remove].flatMap((role) => {
      const code = refused.get(role);
      return code === undefined ? [] : [[refusedKey(role), code] as const];
    });
    const all = { ...record.refused, ...Object.fromEntries(news) };
    const left = [...stays, ...remove.filter((role) => refused.has(role))];
    const written = [...after.filter((role) => all[refusedKey(role)] === undefined), ...left];
    const { unsure: _answered, ...rest } = record;
    return { ...rest, written, refused: all, parked: record.parked === true || news.length > 0 };
  });
  await park(
    deps,
    writer,
    records.flatMap(({ opportunity, refused: codes = {} }) =>
      Object.values(codes)
        .slice(0, 1)
        .map((code) => ({
          id: linkId('connection', opportunity),
          was: [],
          now: [{ reason: 'refused-by-marketo' as const, code }],
        })),
    ),
  );
  await store.roles.put(records, writer.epoch);
}

const refusedKey = ({ leadId, role }: WrittenRole): string => `${leadId}|${role}`;

/** Of what is to be written or removed, what Marketo has refused before: a resync tries it again. */
function refusedOf(record: RoleRecord, write: readonly WrittenRole[], mode: ApplyMode): Record<string, string> {
  if (mode === 'resync') return {};
  const keys = new Set(write.map(refusedKey));
  return Object.fromEntries(Object.entries(record.refused ?? {}).filter(([key]) => keys.has(key)));
}

const keyOf = ({ opportunity }: RoleRecord, { leadId, role }: WrittenRole) => ({
  externalOpportunityId: opportunity,
  leadId,
  role,
});

/** These opportunities are gone from Dynamics: their roles go before Marketo's record does, and none is to be expected of them. */
export async function removeRoles(deps: Deps, writer: Writer, opportunities: readonly string[]): Promise<void> {
  const { store } = deps;
  const free = writer.withoutBusy(opportunities, (id) => [linkId('connection', id)]);
  const records = [...(await store.roles.get(free)).values()];
  if (records.length === 0) return;
  await readWritten(deps, records);
  const links = await store.links.marketoIds(records.flatMap(({ written }) => written.map(contactOf)));
  const plans = records.map((record): RoleWrites => {
    const { remove } = roleChanges(record.written, [], mayBeThere(record, links));
    forgetAll(record.sources, record.opportunity);
    const { unsure: _all, ...rest } = record;
    const after = { ...rest, parked: false, ...(remove.length > 0 && { unsure: remove }) };
    return { record: after, write: [], remove, after: [], stays: [] };
  });
  await writer.check();
  await park(
    deps,
    writer,
    records.map(({ opportunity }) => ({ id: linkId('connection', opportunity), was: ['', 'role'], now: [] })),
  );
  await store.roles.put(
    plans.map(({ record }) => record),
    writer.epoch,
  );
  await carryOut(deps, writer, plans);
}
