import type { RecordHistory } from '../history/record';
import type { CheckedEntity, CheckedLine } from '../map';
import { type Comparable, EMPTY } from '../value/comparable';
import { guid, type World } from '../world';

/** What a reference may hold in Marketo at the end, and whether its target is there for sure. */
export interface Reference {
  may: Set<Comparable>;
  /** The target's record is there: an empty reference is a lost one. */
  targetIsThere: boolean;
}

const none = (): Reference => ({ may: new Set([EMPTY]), targetIsThere: false });

/** A lookup shows by the target's GUID where that row is in Marketo too. */
export function expectedReference(
  world: World,
  entity: CheckedEntity,
  row: RecordHistory,
  line: CheckedLine & { references: string },
): Reference {
  const target = world.target(row, line.column, line.references);
  if (target === undefined) return ofCustomer(world, entity, row, line) ?? none();
  const referred = world.entities.get(line.references);
  return referred ? ofTarget(world, referred, target) : none();
}

function ofTarget(world: World, referred: CheckedEntity, target: string): Reference {
  const there = world.counterparts(referred, target)[0];
  switch (world.standing(referred.name, world.row(referred.name, target))) {
    case 'gone':
      // A row that has just gone, or that was never in the ledger.
      return { may: new Set([target, EMPTY]), targetIsThere: false };
    case 'eligible':
      return there
        ? { may: new Set([target]), targetIsThere: true }
        : { may: new Set([target, EMPTY]), targetIsThere: false };
    default:
      // Written before it was frozen: the reference stays. A row that refers to it only since then need not.
      return { may: there ? new Set([target, EMPTY]) : new Set([EMPTY]), targetIsThere: false };
  }
}

/** An opportunity whose customer is a contact has that contact's account (native-sync §2.7); any that it has had, where the contact is not synced. */
function ofCustomer(world: World, entity: CheckedEntity, row: RecordHistory, line: CheckedLine): Reference | undefined {
  if (entity.name !== 'opportunity' || line.column !== 'customerid') return undefined;
  const contact = world.row('contact', world.target(row, 'customerid', 'contact') ?? '');
  const accounts = world.entities.get('account');
  if (!contact || !accounts) return undefined;
  const contacts = world.entities.get('contact');
  if (contacts && isFollowed(world, contacts, contact)) {
    const account = world.target(contact, 'parentcustomerid', 'account');
    return account === undefined ? none() : ofTarget(world, accounts, account);
  }
  const ever = contact.moments('_parentcustomerid_value').map(({ value }) => guid(value));
  const types = contact.moments('_parentcustomerid_type').map(({ value }) => value);
  const isAccount = types.every((type) => type === null || type === undefined || type === 'account');
  const may = new Set(isAccount ? ever : [...ever, EMPTY]);
  const there = [...may].every((id) => id !== EMPTY && world.counterparts(accounts, id).length > 0);
  const isUnread = contacts !== undefined && wasNeverRead(world, contacts, contact);
  const listed = world.standing('contact', contact) !== 'eligible' || !there || isUnread;
  return { may: listed ? may.add(EMPTY) : may, targetIsThere: !listed };
}

/** One that has been too long for as long as it has been there tells nobody its account: of one that was read before, the account is known. */
const wasNeverRead = (world: World, contacts: CheckedEntity, contact: RecordHistory): boolean =>
  world.exceptions.row('contact', contact.id)?.reason === 'too-large' &&
  !world
    .carriersOf(contacts.object, contact.id)
    .some((person) =>
      person.versions.some(
        ({ ours, seq, call }) =>
          ours &&
          guid(person.value(contacts.key, seq)) === contact.id &&
          world.marketo.calls.isClear(call) &&
          !world.diedBeforeKnowing('marketo', call),
      ),
    );

/** The service knows the contact as it is now. */
const isFollowed = (world: World, contacts: CheckedEntity, contact: RecordHistory): boolean =>
  world.standing('contact', contact) === 'eligible' &&
  world.exceptions.row('contact', contact.id) === undefined &&
  world.counterparts(contacts, contact.id).length > 0 &&
  !world.isMerged(contact);
