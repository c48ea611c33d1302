import { type BoundField, columnKey } from './bind';
import { convertToMarketo } from './convert';
import { basesOf, type Fingerprinter, type Marks } from './fingerprint';
import { normalise } from './normalise';

/**
 * Fields whose column may have been told wrongly: Dataverse tells a column that we may not read as empty, or with a mask, and says so nowhere.
 * That is any field that the row would empty, and any secured one that holds another value than was agreed on.
 *
 * @param marks of a row without a link: none
 */
export function doubtfulFields(
  fields: readonly BoundField[],
  row: Record<string, unknown>,
  marks: Marks,
  fingerprinter: Fingerprinter,
): BoundField[] {
  return fields.filter((field) => {
    if (field.rule.direction === 'to-dynamics') return false;
    const base = basesOf(marks.get(field.key))?.dynamics;
    const told = row[columnKey(field.column)];
    const isEmpty = told === null || told === undefined || told === '';
    if (isEmpty)
      return base !== undefined && base !== fingerprinter.of(normalise(field.kind, field.field.dataType, null));
    if (!field.column.secured) return false;
    const converted = convertToMarketo(field, row);
    if ('park' in converted || base === undefined) return true;
    return base !== fingerprinter.of(normalise(field.kind, field.field.dataType, converted.value));
  });
}
