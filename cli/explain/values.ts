import type { Deps } from '../../activities/deps';
import type { BoundEntity } from '../../activities/schema';
import type { MarketoRecord, ObjectPath } from '../../clients/marketo/types';
import { entityOf, guidOf } from '../../clients/mongo/links';
import { columnKey } from '../../model/bind';
import { Refused } from '../operator';
import type { Story } from './story';

/** A mapped field as both sides hold it now. */
export interface Pair {
  dynamics: string;
  marketo: string;
  values: [unknown, unknown];
}

/** Reads both sides of a row; for the screen, nothing is kept. */
export async function readPairs(deps: Deps, { id, link }: Story): Promise<Pair[]> {
  const bound = await deps.schema.of(entityOf(id));
  if (bound.entity.target.kind === 'roles') throw new Refused('--values: contact roles have no fields');
  const [row] = await deps.dynamics.readByIds(bound.set, bound.primaryId, [guidOf(id)], bound.select);
  const record = await readRecord(deps, bound, id, link?.marketoId);
  return bound.fields.map(({ column, field }) => ({
    dynamics: column.logicalName,
    marketo: field.name,
    values: [row?.[columnKey(column)] ?? null, record?.[field.name] ?? null],
  }));
}

async function readRecord(
  { marketo }: Deps,
  bound: BoundEntity,
  id: string,
  marketoId: number | string | undefined,
): Promise<MarketoRecord | undefined> {
  const { target } = bound.entity;
  if (target.kind === 'object')
    return (await marketo.queryObjects(bound.path as ObjectPath, target.key, [guidOf(id)], bound.marketoFields))[0];
  return marketoId === undefined ? undefined : (await marketo.leadsBy('id', [marketoId], bound.marketoFields))[0];
}

/** Side by side; options are codes in Dynamics and labels in Marketo. */
export function pairsText(pairs: readonly Pair[]): string {
  const shown = pairs.map(({ dynamics, marketo, values }) => [
    dynamics,
    marketo,
    ...values.map((value) => JSON.stringify(value)),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...shown.map((line) => line[column]?.length ?? 0)));
  const lines = shown.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `Values now: Dynamics, Marketo\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
