import type { Column } from '../types';

const INT32 = 2_147_483_647;
const NUMBER_LIMIT = 1_000_000_000_000;

/** The smallest and the largest value a number column takes, as its metadata says (dataverse-api §9.5). */
export function rangeOf(column: Column): [min: number, max: number] {
  if (column.type === 'Integer') return [column.min ?? -INT32 - 1, column.max ?? INT32];
  if (column.type === 'BigInt') return [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  return [column.min ?? -NUMBER_LIMIT, column.max ?? NUMBER_LIMIT];
}

/** Ranges narrower than those of the type, as `table.column` (dataverse-api §9.1, §9.5). */
export const RANGES: Record<string, [min: number, max: number]> = {
  'opportunity.closeprobability': [0, 100],
  'lead.numberofemployees': [0, 1_000_000],
  'account.numberofemployees': [0, 1_000_000_000],
  'contact.numberofchildren': [0, 1_000_000_000],
};
