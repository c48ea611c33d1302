import type { Database } from '../database';
import { table } from '../schema/define';
import type { TableStore } from '../store';
import type { RawRow } from './infer';

const FIRST_CUSTOM_TYPE_CODE = 10_001;

/**
 * The table a file or a seed means, by logical or set name; an unknown `new_…` becomes a custom table whose primary key
 * is the column `<name>id` of its rows. Throws an Error naming the file where no key is found.
 */
export function tableFor(database: Database, stem: string, rows: readonly RawRow[]): TableStore {
  const known = database.find(stem) ?? database.findSet(stem);
  if (known) return known;
  const first = rows[0] ?? {};
  const keys = Object.keys(first);
  const singulars = [stem, stem.replace(/ies$/, 'y'), stem.replace(/es$/, ''), stem.replace(/s$/, '')];
  const logicalName = singulars.find((name) => keys.includes(`${name}id`));
  if (!logicalName) {
    throw new Error(`'${stem}' is no table of this organisation, and its rows have no key column such as '${stem}id'`);
  }
  const owned = keys.includes('_ownerid_value');
  const name = keys.find((key) => key === 'new_name' || key === 'name') ?? null;
  const custom = [...database.stores()].filter((store) => store.table.custom).length;
  return database.addTable(
    table({
      logicalName,
      setName: stem === logicalName ? `${stem}s` : stem,
      primaryName: name,
      objectTypeCode: FIRST_CUSTOM_TYPE_CODE + custom,
      tracked: true,
      ownership: owned ? 'UserOwned' : 'OrganizationOwned',
      custom: true,
      columns: 'statecode:state statuscode:status',
    }),
  );
}
