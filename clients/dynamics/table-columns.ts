import { isObject, type JsonObject, list, objects, text } from '../answer';
import type { ColumnMetadata, TableMetadata } from './types';

/** Types that have no column on the wire (dataverse-api §8). */
const UNREADABLE = new Set(['PartyList', 'CalendarRules', 'ManagedProperty']);

/**
 * By logical name; those that can be read only: one that cannot be selected fails the whole query with 0x80060888, and one that is secured
 * against us would be taken for empty.
 *
 * @param rights columns that are secured and ours to read all the same, by MetadataId
 */
export function columnsOf(
  definition: JsonObject,
  details: ReadonlyMap<string, JsonObject>,
  rights: ReadonlySet<string>,
): Pick<TableMetadata, 'columns' | 'unreadable'> {
  // Without a prototype: the names are the vendor's, and `__proto__` would set one.
  const columns: Record<string, ColumnMetadata> = Object.create(null);
  const unreadable: string[] = [];
  const attributes = objects(definition.Attributes);
  const lookups = new Set(attributes.filter(isLookup).map((attribute) => text(attribute.LogicalName)));
  for (const attribute of attributes) {
    const logicalName = text(attribute.LogicalName);
    if (logicalName === undefined || !isColumn(attribute)) continue;
    // `owneridtype` and its like come as an annotation of the lookup, never as a column.
    if (lookups.has(logicalName.replace(/type$/, '')) && attribute.AttributeType === 'EntityName') continue;
    const isReadable = !isSecured(attribute) || rights.has(idOf(attribute));
    if (attribute.IsValidForRead === false || !isReadable) unreadable.push(logicalName);
    else columns[logicalName] = columnOf(logicalName, attribute, details.get(logicalName) ?? {});
  }
  return { columns, ...(unreadable.length > 0 && { unreadable }) };
}

export const isSecured = ({ IsSecured }: JsonObject): boolean => IsSecured === true;
export const idOf = ({ MetadataId }: JsonObject): string => (text(MetadataId) ?? '').toLowerCase();

const isLookup = (attribute: JsonObject): boolean =>
  /^(Lookup|Customer|Owner)$/.test(text(attribute.AttributeType) ?? '');

const typeName = (attribute: JsonObject): string | undefined =>
  isObject(attribute.AttributeTypeName) ? text(attribute.AttributeTypeName.Value) : text(attribute.AttributeTypeName);

function isColumn(attribute: JsonObject): boolean {
  if (text(attribute.AttributeOf) !== undefined) return false;
  if (UNREADABLE.has(text(attribute.AttributeType) ?? '')) return false;
  return attribute.AttributeType !== 'Virtual' || typeName(attribute) === 'MultiSelectPicklistType';
}

function columnOf(logicalName: string, attribute: JsonObject, detail: JsonObject): ColumnMetadata {
  const column: ColumnMetadata = {
    logicalName,
    type: text(attribute.AttributeType) ?? '',
    validForUpdate: attribute.IsValidForUpdate === true,
  };
  if (isSecured(attribute)) column.secured = true;
  const named = typeName(attribute);
  if (named !== undefined) column.typeName = named;
  if (typeof detail.MaxLength === 'number') column.maxLength = detail.MaxLength;
  const behaviour = isObject(detail.DateTimeBehavior) ? detail.DateTimeBehavior.Value : undefined;
  if (column.type === 'DateTime') column.dateOnly = behaviour === 'DateOnly';
  if (behaviour === 'UserLocal') column.userLocal = true;
  if (isObject(detail.options)) column.options = detail.options as Record<number, string>;
  // -1 stands for none. A yes/no that begins as no has none either: that is what it is without one.
  const { DefaultFormValue: choice, DefaultValue: yes } = detail;
  if (typeof choice === 'number' && choice >= 0) column.default = choice;
  else if (yes === true) column.default = true;
  if (Array.isArray(detail.Targets)) column.targets = list(detail.Targets).flatMap((target) => text(target) ?? []);
  return column;
}
