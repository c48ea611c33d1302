import type { ObjectPath } from '../clients/marketo/types';
import { idFieldOf } from '../clients/marketo/write-objects';
import { entityOf, guidOf, type Link } from '../clients/mongo/links';
import type { Deps } from './deps';
import { wake } from './references';
import { newLink } from './rows';

/**
 * Rows of a one-way object of which a write was never answered: what Marketo holds is not known, though the row may be back at what was
 * agreed on. All of it is sent again; a record that came of it has a link, so that it goes with its row.
 */
export async function doubt({ store, marketo, schema }: Deps, keys: readonly string[], epoch: number): Promise<void> {
  const known = await store.links.get(keys);
  const unknown = keys.filter((key) => !known.has(key));
  const made: Link[] = [];
  const [first] = unknown;
  if (first !== undefined) {
    const { entity, path } = await schema.of(entityOf(first));
    const key = entity.target.kind === 'object' ? entity.target.key : '';
    const idField = idFieldOf(path as ObjectPath);
    // An answer holds nothing but the fields that were asked for (marketo-api §6.1.2).
    const found = await marketo.queryObjects(path as ObjectPath, key, unknown.map(guidOf), [key, idField]);
    const records = new Map(found.map((record) => [String(record[key]).toLowerCase(), record]));
    for (const id of unknown) {
      const marketoId = records.get(guidOf(id))?.[idField];
      if (typeof marketoId === 'string' || typeof marketoId === 'number')
        made.push({ ...newLink(id, store.links.epoch), marketoId, dirty: true });
    }
  }
  await store.links.put(
    [...[...known.values()].map((link) => ({ ...link, marks: new Map(), dirty: true })), ...made],
    epoch,
  );
  await wake(
    store,
    made.map(({ id }) => id),
  );
}
