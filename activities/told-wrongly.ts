import { ApiError } from '../clients/errors';
import { FILTER_COLUMN } from '../model/entities';
import { doubtfulFields } from '../model/told-wrongly';
import { UNKNOWN_COLUMN } from './current-fields';
import type { Deps } from './deps';
import { noticeFields } from './fields';
import type { Candidate } from './rows';
import type { BoundEntity } from './schema';

type Told = Pick<Candidate, 'row' | 'link'>;

/** Columns that a row may tell wrongly (model/told-wrongly.ts). */
export function doubtful({ store }: Deps, { fields, select }: BoundEntity, { row, link }: Told): string[] {
  const columns = doubtfulFields(fields, row, link?.marks ?? new Map(), store.fingerprinter);
  const letsIn = link?.state === 'frozen' && select.includes(FILTER_COLUMN) && (row[FILTER_COLUMN] ?? null) === null;
  return [...columns.map(({ column }) => column.logicalName), ...(letsIn ? [FILTER_COLUMN] : [])];
}

/**
 * Rows that may tell a column wrongly are believed only if that column can be read now, after they were read. Else the entity's fields
 * are what has changed: the column is left out by itself, and the work is begun again without it (activities/current-fields.ts).
 *
 * @param candidates read just now
 * @throws ApiError as an answer that says that a column is unknown
 */
export async function believe(deps: Deps, bound: BoundEntity, candidates: readonly Told[]): Promise<void> {
  const columns = new Set(candidates.flatMap((candidate) => doubtful(deps, bound, candidate)));
  if (columns.size === 0) return;
  const { name, join } = bound.entity;
  const tables = [name, ...(join ? [join.table] : [])];
  const unreadable: string[] = [];
  for (const table of tables) unreadable.push(...((await deps.dynamics.table(table, false)).unreadable ?? []));
  const hidden = unreadable.filter((column) => columns.has(column));
  if (hidden.length === 0) return;
  deps.schema.forget(name);
  await noticeFields(deps, name);
  const about = `${name}.${hidden.join(', ')} may not be read any more`;
  throw new ApiError({ api: 'dynamics', operation: 'schema', kind: 'configuration', code: UNKNOWN_COLUMN, about });
}
