import type { InboxItem } from '../../clients/mongo/inbox';
import { entityOf, type Link } from '../../clients/mongo/links';
import { noLongerParked, type ParkedRow } from '../../clients/mongo/parked';
import { isForDynamics } from '../../model/decision';
import type { Parked } from '../../model/park';
import { commit, type Moved, type Written } from '../commit';
import { isAnother, requeueDependants, requeueOpportunities } from '../dependants';
import type { Deps } from '../deps';
import { doubtParked } from '../doubt-parked';
import { handHints } from '../hints';
import { park } from '../park';
import type { Targets } from '../references';
import { type Candidate, newLink } from '../rows';
import type { BoundEntity } from '../schema';
import { failureOf, settled } from '../task';
import type { Writer } from '../writer';
import type { PersonTask } from './plan';

/** marketo-api §2.3 */
const NOT_FOUND = '1004';
const EXISTS = '1005';

/**
 * The person is there after all, or is there no more: looked for again, by id and by `microsoftId`. Once: an instance that refuses a second
 * person of one e-mail (marketo-api §11.2 no. 6) says so each time.
 */
function isMisplaced(task: PersonTask): boolean {
  const { link, record } = task;
  return exists(task) ? !link.lookedFor : failureOf(task) === NOT_FOUND && record !== null;
}

const exists = (task: PersonTask): boolean => failureOf(task) === EXISTS;

/** Nothing of the row was written, and it is not looked for again. */
export const isRefused = (task: PersonTask): boolean => failureOf(task) !== undefined && !isMisplaced(task);

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
    const { candidate, decisions } = task;
    if (isMisplaced(task)) {
      again.push({ id: candidate.id });
      if (exists(task)) links.push({ before: candidate.link, now: { ...task.link, dirty: true, lookedFor: true } });
      continue;
    }
    const after = settled(task);
    const { account: _before, lookedFor: _found, moved: _queued, ...link } = after.link;
    links.push({ before: candidate.link, now: { ...link, ...accountOf(bound, candidate) } });
    parked.push(after.parked);
    const awaited = [...task.missing, ...(task.hoping ?? [])];
    pairs.push(...awaited.map((target) => ({ waiter: candidate.linkId, target })));
    if (isForDynamics(decisions)) back.push({ id: candidate.id, ...(candidate.old && { resync: true as const }) });
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
  const owners = new Map(linked.map(({ id, marketoId }) => [Number(marketoId), id]));
  await store.people.claim(
    [...owners].map(([marketoId, owner]) => ({ marketoId, owner })),
    writer.epoch,
  );
  // After the claim, and before the links say that there is nothing left to do.
  await handHints(deps, owners);
  doubtParked(deps, bound.entity.name, parked);
  await store.conflicts.outdate(noLongerParked(parked), writer.epoch);
  await park(deps, writer, parked);
  await commit(deps, writer, links, {
    queue: [
      { entity: bound.entity.name, feed: 'marketo', items: back },
      { entity: bound.entity.name, feed: 'dynamics', items: again },
    ],
    waits: { pairs, seen: targets },
    moved: movedAmong(deps, links),
  });
}

/** Rows that took something from a person that is another one now, or from a contact with another account. */
function movedAmong(deps: Deps, links: readonly Written[]): Moved {
  const renewed = links.filter(isRenewed);
  return {
    links: links.filter((link) => hasNewAccount(link) || renewed.includes(link)),
    requeue: async () => {
      await requeueOpportunities(deps, idsOf(links.filter(hasNewAccount)));
      await requeueDependants(deps, idsOf(renewed));
    },
  };
}

const idsOf = (links: readonly Written[]): string[] => links.map(({ now }) => now.id);

/** Opportunities of which the contact is the customer have its account. */
const hasNewAccount = ({ before, now }: Written): boolean =>
  entityOf(now.id) === 'contact' &&
  (before?.moved === true || (before !== undefined && before.account !== now.account));

const isRenewed = ({ before, now }: Written): boolean => before?.moved === true || isAnother(before, now.marketoId);

/** Of a contact, whatever becomes of its person: an opportunity of which it is the customer has its company from here. */
const accountOf = ({ entity }: BoundEntity, { row }: Candidate): Pick<Link, 'account'> =>
  entity.name === 'contact' && row._parentcustomerid_type === 'account' && row._parentcustomerid_value
    ? { account: String(row._parentcustomerid_value).toLowerCase() }
    : {};
