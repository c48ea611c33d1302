import type { InboxItem } from '../../clients/mongo/inbox';
import type { Link } from '../../clients/mongo/links';
import { onRecordOf } from '../../model/deletion';
import { PERSON_IDENTITY } from '../../model/entities';
import { admitDeletions } from '../breaker';
import type { Deps } from '../deps';
import { recordGone } from '../gone';
import type { BoundEntity } from '../schema';
import { type Sent, sendRows } from '../send-rows';
import type { Writer } from '../writer';
import { removeBridges } from './teams';

/** Rows that a read has confirmed to be gone from Dynamics: by policy the person is flagged, deleted or left alone. */
export async function applyGonePersons(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  all: readonly Link[],
  items: readonly InboxItem[],
): Promise<number> {
  const gone = await admitDeletions(deps, writer, all, items);
  const policy = bound.entity.whenDeleted;
  const owned = await deps.store.people.get(gone.map(({ marketoId }) => Number(marketoId ?? 0)));
  const persons = gone.filter(
    ({ id, state, marketoId }) =>
      policy !== 'ignore' && onRecordOf(state, policy) !== 'leave' && owned.get(Number(marketoId))?.owner === id,
  );
  const people = persons.map(({ id, marketoId }) => ({ row: id, person: Number(marketoId) }));
  const { refused, failed } = await (policy === 'delete'
    ? deletePeople(deps, writer, people)
    : flagPeople(deps, writer, people));
  const settled = gone.filter(({ id }) => !failed.has(id));
  await recordGone(deps, writer, settled, refused, policy);
  // A row that comes back may have another owner.
  const isAlone = ({ state }: Link) =>
    state === 'superseded' || (policy === 'delete' && (state === 'deleted' || onRecordOf(state, policy) === 'delete'));
  await removeBridges(deps, writer, settled.filter(isAlone));
  return persons.length;
}

/** People of rows, by link id. */
type Rows = readonly { row: string; person: number }[];

const deletePeople = (deps: Deps, writer: Writer, people: Rows): Promise<Sent> =>
  sendRows(
    deps,
    writer,
    people.map(({ row, person }) => ({ linkId: row, record: { id: person } })),
    {
      operation: 'leads.delete',
      action: 'delete',
      call: (input, beforeSend) =>
        deps.marketo.deleteLeads(
          input.map(({ id }) => Number(id)),
          beforeSend,
        ),
      removes: true,
    },
  );

/** They stay, and say that their rows are gone. */
export const flagPeople = (deps: Deps, writer: Writer, people: Rows): Promise<Sent> =>
  sendRows(
    deps,
    writer,
    people.map(({ row, person }) => ({ linkId: row, record: { id: person, [PERSON_IDENTITY.isDeleted]: true } })),
    {
      operation: 'leads.sync',
      action: 'update',
      call: (input, beforeSend) =>
        deps.marketo.syncLeads({ action: 'updateOnly', lookupField: 'id', input }, beforeSend),
      removes: true,
    },
  );
