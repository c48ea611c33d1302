import type { InboxItem } from '../../clients/mongo/inbox';
import type { Link } from '../../clients/mongo/links';
import { onRecordOf } from '../../model/deletion';
import { PERSON_IDENTITY } from '../../model/entities';
import { admitDeletions } from '../breaker';
import type { Deps } from '../deps';
import { recordGone, refusalOf } from '../gone';
import type { BoundEntity } from '../schema';
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
  const { marketo, store } = deps;
  const gone = await admitDeletions(deps, writer, all, items);
  const policy = bound.entity.whenDeleted;
  const owned = await store.people.get(gone.map(({ marketoId }) => Number(marketoId ?? 0)));
  const persons = gone.filter(
    ({ id, state, marketoId }) => onRecordOf(state, policy) !== 'leave' && owned.get(Number(marketoId))?.owner === id,
  );
  const refused = new Map<string, string>();
  if (policy !== 'ignore' && persons.length > 0) {
    const rows = persons.map(({ id, marketoId }) => ({
      linkId: id,
      record: policy === 'flag' ? { id: marketoId, [PERSON_IDENTITY.isDeleted]: true } : { id: marketoId },
    }));
    const results = await writer.send(policy === 'flag' ? 'update' : 'delete', rows, (beforeSend) =>
      policy === 'flag'
        ? marketo.syncLeads(
            { action: 'updateOnly', lookupField: 'id', input: rows.map(({ record }) => record) },
            beforeSend,
          )
        : marketo.deleteLeads(
            persons.map(({ marketoId }) => Number(marketoId)),
            beforeSend,
          ),
    );
    persons.forEach(({ id }, index) => {
      const code = refusalOf(results[index]);
      if (code !== undefined) refused.set(id, code);
    });
  }
  // A row that comes back may have another owner.
  if (policy === 'delete')
    await removeBridges(
      deps,
      writer,
      persons.filter(({ id }) => !refused.has(id)),
    );
  await recordGone(deps, writer, gone, refused, policy);
  return policy === 'ignore' ? 0 : persons.length;
}
