import { id } from '../../cli/check/stage/organisation';
import type { Facts } from './answer';
import { World } from './world';

const MINUTE_MS = 60_000;

/** Of the contacts, what goes on while Dynamics is well again for the leads. */
export const CONTACTS = ['paused', 'failing'] as const;

/** Dynamics fails at most contacts, so that one stands for all, and at three leads in the same way; people of the leads opt out. */
async function otherEntity(contacts: (typeof CONTACTS)[number]): Promise<Facts> {
  const leads = [1, 2, 3].map((number) => id('1e', number));
  const lead = (leadid: string) => ({ leadid, lastname: 'Lead', emailaddress1: `${leadid}@example.com`, statecode: 0 });
  const world = await World.begun(70, { lead: leads.map((leadid) => ({ ...lead(leadid), statuscode: 1 })) });
  await world.service.settle();
  const { store } = world.service.world.deps;
  const some = world.contacts.slice(0, 60);
  const other = world.contacts[65] ?? '';
  const work = () => world.market([other], { phone: `+1 555 ${Date.now() % 10_000}` });
  let failsAtLeads = true;
  const isBad = (value: unknown): boolean =>
    some.includes(String(value)) || (failsAtLeads && leads.includes(String(value)));
  const isIn = (record: Record<string, unknown>) => [record.id, record.contactid, record.leadid].some(isBad);
  world.memory.wire.poisons.push({ system: 'dynamics', fault: 'refused', isIn });
  await world.market(some, { title: 'Head' });
  await world.cycles(10 * MINUTE_MS, work);
  await world.market(leads, { unsubscribed: true });
  await world.cycles(30 * MINUTE_MS, work);
  const told = [...(await store.asides.outages()).values()].map(({ entity }) => entity).sort();
  if (contacts === 'paused') world.pause('contact');
  failsAtLeads = false;
  const optOut = await world.until(async () => {
    const rows = await world.memory.rows('lead');
    return rows.every((row) => row.donotbulkemail === true);
  }, 60 * MINUTE_MS);
  return { told, optOut, parked: await world.parked() };
}

export const OUTAGE_STORIES: Record<string, () => Promise<Facts>> = Object.fromEntries(
  CONTACTS.map((contacts) => [`outage of contacts: ${contacts}`, () => otherEntity(contacts)]),
);
