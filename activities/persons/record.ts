import type { InboxItem } from '../../clients/mongo/inbox';
import { entityOf, guidOf, type Link } from '../../clients/mongo/links';
import { noLongerParked, type ParkedRow } from '../../clients/mongo/parked';
import { forDynamics } from '../../model/decision';
import type { Parked } from '../../model/park';
import { isAnother, requeueDependants, requeueOpportunities } from '../dependants';
import type { Deps } from '../deps';
import { doubtParked } from '../doubt-parked';
import { type Targets, wait, wakeChanged } from '../references';
import { type Candidate, newLink } from '../rows';
import type { BoundEntity } from '../schema';
import { failureOf, settled, speaking } from '../task';
import type { Writer } from '../writer';
import type { PersonTask } from './plan';

/** marketo-api §2.3 */
const NOT_FOUND = '1004';
const EXISTS = '1005';

/** Links, people, what is parked, who waits, what has to go back: in an order in which a crash loses nothing. */
export async function recordPersons(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  tasks: readonly PersonTask[],
  kept: readonly { candidate: Candidate; parked: Parked }[],
  targets: Targets,
): Promise<void> {
  const { store } = deps;
  const links: Written[] = [];
  const parked: ParkedRow[] = [];
  const back: InboxItem[] = [];
  const again: InboxItem[] = [];
  const pairs: { waiter: string; target: string }[] = [];
  for (const task of tasks) {
    const { candidate, decisions, record } = task;
    const failed = failureOf(task);
    // It is there after all, or is there no more: looked for again, by id and by `microsoftId`. Once: an instance that refuses a second
    // person of one e-mail (marketo-api §11.2 no. 6) says so each time.
    const exists = failed === EXISTS && !task.link.lookedFor;
    if (exists || (failed === NOT_FOUND && record !== null)) {
      again.push({ id: candidate.id });
      if (exists) links.push({ before: candidate.link, now: { ...task.link, dirty: true, lookedFor: true } });
      continue;
    }
    const after = settled(task);
    const { account: _before, lookedFor: _found, moved: _queued, ...link } = after.link;
    links.push({ before: candidate.link, now: { ...link, ...accountOf(bound, candidate) } });
    parked.push(after.parked);
    const awaited = [...task.missing, ...(task.hoping ?? [])];
    pairs.push(...awaited.map((target) => ({ waiter: candidate.linkId, target })));
    if (Object.keys(forDynamics(decisions)).length > 0)
      back.push({ id: candidate.id, ...(candidate.old && { resync: true as const }) });
  }
  for (const { candidate, parked: reason } of kept) {
    const { account: _before, ...base } = candidate.link ?? newLink(candidate.linkId, store.links.epoch);
    const { version } = candidate;
    const known = { ...base, ...accountOf(bound, candidate) };
    const now: Link = { ...known, state: 'refused', appliedVersion: version, seenVersion: version, parked: [''] };
    links.push({ before: candidate.link, now });
    parked.push({ id: candidate.linkId, was: base.parked, now: [reason], operation: 'create' });
  }
  const linked = links
    .map(({ now }) => now)
    .filter(({ marketoId, state }) => state === 'linked' && marketoId !== undefined);
  await store.people.claim(linked.map(({ id, marketoId }) => ({ marketoId: Number(marketoId), owner: id })));
  await store.inbox.add(bound.entity.name, 'marketo', back, new Date());
  await store.inbox.add(bound.entity.name, 'dynamics', again, new Date());
  doubtParked(deps, bound.entity.name, parked);
  await store.conflicts.outdate(noLongerParked(parked));
  await store.parked.settle(speaking(parked));
  await putLinks(deps, writer, links);
  await wait(deps, pairs, targets);
  await wakeChanged(store, links);
  await handUnowned(deps, bound, linked);
}

/** A link as it was, and as it is to be. */
type Written = { before: Link | undefined; now: Link };

/** Rows that took something from a person that is another one now are queued once the links say so, and not less than once. */
async function putLinks(deps: Deps, writer: Writer, links: readonly Written[]): Promise<void> {
  const { store } = deps;
  const renewed = links.filter(isRenewed);
  const moved = links.filter((link) => hasNewAccount(link) || renewed.includes(link));
  await store.links.put(
    links.map((link) => (moved.includes(link) ? { ...link.now, dirty: true, moved: true } : link.now)),
    writer.epoch,
  );
  if (moved.length === 0) return;
  await requeueOpportunities(deps, idsOf(moved.filter(hasNewAccount)));
  await requeueDependants(deps, idsOf(renewed));
  await store.links.put(
    moved.map(({ now }) => now),
    writer.epoch,
  );
}

const idsOf = (links: readonly Written[]): string[] => links.map(({ now }) => now.id);

/** Opportunities of which the contact is the customer have its account. */
const hasNewAccount = ({ before, now }: Written): boolean =>
  entityOf(now.id) === 'contact' &&
  (before?.moved === true || (before !== undefined && before.account !== now.account));

const isRenewed = ({ before, now }: Written): boolean => before?.moved === true || isAnother(before, now.marketoId);

/** Hints that came before anyone owned the person. */
async function handUnowned({ store }: Deps, bound: BoundEntity, linked: readonly Link[]): Promise<void> {
  const owners = new Map(linked.map(({ id, marketoId }) => [Number(marketoId), id]));
  const hinted = await store.unowned.take([...owners.keys()]);
  const items = hinted.map((id) => ({ id: guidOf(owners.get(id) ?? '') }));
  await store.inbox.add(bound.entity.name, 'marketo', items, new Date());
}

/** Of a contact, whatever becomes of its person: an opportunity of which it is the customer has its company from here. */
const accountOf = ({ entity }: BoundEntity, { row }: Candidate): Pick<Link, 'account'> =>
  entity.name === 'contact' && row._parentcustomerid_type === 'account' && row._parentcustomerid_value
    ? { account: String(row._parentcustomerid_value).toLowerCase() }
    : {};
