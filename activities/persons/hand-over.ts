import { guidOf, type Link, linkId } from '../../clients/mongo/links';
import type { Marks } from '../../model/fingerprint';
import { handOver } from '../../model/identity';
import { stateIs, trailed } from '../../model/trail';
import type { Deps } from '../deps';
import { handHints } from '../hints';
import { park } from '../park';
import { queueAll } from '../queue';
import { type Candidate, newLink } from '../rows';
import type { Writer } from '../writer';
import { findCarriers } from './find';
import { removeBridges } from './teams';

/** The person of its lead, with what that had agreed on. */
export interface Inheritance {
  marketoId: number;
  marks: Marks;
  lead: string;
}

/** Contacts without a person take the place of the leads that they were made of, and their persons where there are any. */
export async function takeOver(
  deps: Deps,
  writer: Writer,
  contacts: readonly Candidate[],
): Promise<Map<string, Inheritance>> {
  const { store } = deps;
  const leads = new Map<string, string>();
  const deleted = new Set(contacts.flatMap(({ linkId: id, link }) => (link?.state === 'deleted' ? [id] : [])));
  for (const { linkId: contact, row } of contacts) {
    if (row._originatingleadid_value) leads.set(contact, linkId('lead', String(row._originatingleadid_value)));
  }
  const inherited = new Map<string, Inheritance>();
  const links = await store.links.get([...leads.values()]);
  const heirs = [...leads].flatMap(([contact, lead]) => {
    const link = links.get(lead);
    // It had taken the place before it was deleted, and its lead's person was deleted with it.
    if (link?.into === contact && deleted.has(contact)) return [];
    const id = typeof link?.marketoId === 'number' ? link.marketoId : undefined;
    const what = handOver(
      link && { state: link.state, hasPerson: id !== undefined, isIntoThis: link.into === contact },
    );
    return what === 'nothing' ? [] : [{ contact, lead, link, id: what === 'person' ? id : undefined }];
  });
  // A merge in Marketo leaves the lead's id on another person, and may not have been told of yet.
  const carriers = await findCarriers(
    deps,
    writer,
    heirs.flatMap(({ lead, id }) => (id === undefined ? [] : [lead])),
  );
  for (const { contact, lead, link, id: known } of heirs) {
    const carrier = carriers.get(lead);
    const id = typeof carrier === 'number' ? carrier : known;
    const marks = id === known && link ? link.marks : new Map();
    const taken = id !== undefined && (await store.people.transfer(id, lead, contact, writer.epoch));
    if (taken) inherited.set(contact, { marketoId: id, marks, lead });
    if (!taken && known !== undefined) continue;
    const before = link ?? newLink(lead, store.links.epoch);
    // What was kept back of it never comes now; the contact has its own.
    await park(deps, writer, [{ id: lead, was: before.parked, now: [] }]);
    const trail = trailed(before, [stateIs('superseded', Date.now())]);
    const superseded: Link = { ...before, ...trail, state: 'superseded', into: contact, parked: [] };
    await store.links.put([superseded], writer.epoch);
    await removeBridges(deps, writer, [superseded]);
  }
  return inherited;
}

/**
 * Nothing was written of these contacts: their leads have their people again, and what was told of those in between. Else a contact that is
 * deleted before it is tried again would leave a person without an owner.
 *
 * @param heirs by the contact's link id
 */
export async function giveBack(
  deps: Deps,
  writer: Writer,
  heirs: ReadonlyMap<string, Pick<Inheritance, 'marketoId' | 'lead'>>,
): Promise<void> {
  if (heirs.size === 0) return;
  const { store } = deps;
  const leads = [...heirs.values()].map(({ lead }) => lead);
  await queueAll(deps, [
    { entity: 'lead', feed: 'dynamics', items: leads.map((lead) => ({ id: guidOf(lead), resync: true })) },
  ]);
  const links = [...(await store.links.get(leads)).values()].map((link): Link => {
    const { into: _contact, ...rest } = link;
    return { ...rest, ...trailed(rest, [stateIs('linked', Date.now())]), state: 'linked', dirty: true };
  });
  await store.links.put(links, writer.epoch);
  for (const [contact, { marketoId, lead }] of heirs)
    await store.people.release(marketoId, contact, lead, writer.epoch);
  await handHints(deps, new Map([...heirs.values()].map(({ marketoId, lead }) => [marketoId, lead])));
}
