import { DUPLICATE_FOUND } from '../../clients/dynamics/codes';
import type { RowCreate } from '../../clients/dynamics/types';
import type { Deps } from '../deps';
import type { BoundEntity } from '../schema';
import { sendEach } from '../send';
import { toDynamics } from '../to-dynamics';
import type { Writer } from '../writer';
import { findDuplicate } from './duplicate';
import type { Owner } from './owners';
import type { Made } from './plan';

/** Makes the rows that are not there yet; each then has an outcome, or the reason why there is none. */
export async function makeRows(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  rows: readonly Made[],
  owners: ReadonlyMap<string, Owner>,
): Promise<void> {
  // An earlier attempt may have made them, whatever came of its answer; a rule would take its row for a duplicate of itself.
  await meet(deps, bound, rows);
  const open = rows.filter((row) => {
    const owner = row.wish.owner === undefined ? undefined : owners.get(row.wish.owner);
    if (row.outcome === undefined && owner && 'park' in owner) row.parked = { reason: owner.park };
    return row.outcome === undefined && row.parked === undefined;
  });
  await create(deps, bound, writer, open, owners);
  await meet(
    deps,
    bound,
    open.filter(({ outcome }) => outcome?.status === 'refused'),
  );
  for (const row of open) {
    if (row.outcome?.status !== 'refused') continue;
    const { code } = row.outcome;
    if (code !== DUPLICATE_FOUND) {
      row.parked = { reason: 'refused-by-dynamics', code };
      continue;
    }
    const other = await findDuplicate(deps, bound, row.values, row.guid);
    row.parked = { reason: 'duplicate-in-dynamics', code, ...(other !== undefined && { other }) };
  }
}

/** Rows that are there. */
async function meet({ dynamics }: Deps, bound: BoundEntity, rows: readonly Made[]): Promise<void> {
  if (rows.length === 0) return;
  const { set, primaryId } = bound;
  const ids = rows.map(({ guid }) => guid);
  const found = await dynamics.readByIds(set, primaryId, ids, [primaryId]);
  const there = new Set(found.map((row) => String(row[primaryId]).toLowerCase()));
  for (const row of rows) if (there.has(row.guid)) row.outcome = { status: 'exists' };
}

async function create(
  { dynamics, health, settings }: Deps,
  bound: BoundEntity,
  writer: Writer,
  rows: readonly Made[],
  owners: ReadonlyMap<string, Owner>,
): Promise<void> {
  await sendEach(
    health,
    rows,
    toDynamics('rows.create', async (batch: Made[]) => {
      const requests = batch.map(({ guid, wish, values }): RowCreate => {
        const owner = wish.owner === undefined ? undefined : owners.get(wish.owner);
        const bind = owner && 'bind' in owner ? { 'ownerid@odata.bind': owner.bind } : {};
        return { set: bound.set, id: guid, values: { ...values, ...bind } };
      });
      await writer.check();
      return dynamics.create(requests, settings.duplicateDetection.create);
    }),
  );
}
