import type { Context } from '../context';
import { DataverseError } from '../errors';
import { rightsOn } from '../read/secured';
import type { PluginAlteration } from '../settings';
import type { TableStore } from '../store';
import type { Row, Value } from '../types';

/**
 * Throws 400 0x80040265 where the settings say that a plug-in of the customer refuses the write, by its table or by a
 * value it sends (dataverse-api §12.11). `values` are those written; none for a deletion.
 */
export function abortAsPlugin({ settings }: Context, { table }: TableStore, values: Row = {}): void {
  for (const rule of settings.pluginAborts) {
    const aborts =
      typeof rule === 'string'
        ? rule === table.logicalName
        : rule.table === table.logicalName &&
          rule.column in values &&
          (rule.value === undefined || values[rule.column] === rule.value);
    if (aborts) throw new DataverseError(400, '0x80040265', 'A plug-in of the organisation refused the change.');
  }
}

const ALTERED: Readonly<Record<PluginAlteration['how'], (value: NonNullable<Value>) => Value>> = {
  cut: (value) => String(value).slice(0, 10),
  clear: () => null,
  round: (value) => (Number.isFinite(Number(value)) ? Math.round(Number(value)) : value),
  format: (value) =>
    /^\+?[\d\s().-]+$/.test(String(value))
      ? String(value)
          .replace(/\D/g, '')
          .replace(/(\d{3})(?=\d)/g, '$1-')
      : String(value).toUpperCase(),
};

/** What the organisation's plug-ins make of values that are written, before they are stored. */
export function alteredByPlugin({ settings }: Context, { table }: TableStore, values: Row): Row {
  const rules = settings.pluginAlters.filter(({ table: of }) => of === table.logicalName);
  if (rules.length === 0) return values;
  const altered = { ...values };
  for (const { column, how } of rules) {
    const value = altered[column];
    if (value !== undefined && value !== null) altered[column] = ALTERED[how](value);
  }
  return altered;
}

/** Throws 403 0x8004f508 where column security denies the caller a column it writes (dataverse-api §8). */
export function checkColumnSecurity({ settings, userId }: Context, { table }: TableStore, values: Row): void {
  for (const wire of settings.privileges.denyColumns.length > 0 ? Object.keys(values) : []) {
    const name = table.wire.get(wire)?.name ?? wire;
    if (rightsOn(settings, table.logicalName, name)?.write !== false) continue;
    throw new DataverseError(
      403,
      '0x8004f508',
      `Caller user with Id ${userId} does not have update permissions to the secured field ${name} on entity ${table.logicalName}.`,
    );
  }
}
