import type { Column } from '../types';

const FIRST_CUSTOM_CODE = 100_000_000;
const normal = (label: string): string => label.trim().toLowerCase();

/** The code of a label; an unknown label becomes a new option from 100000000 up, as in an organisation that added it. */
export function codeOf(column: Column, label: string): number {
  column.options ??= [];
  const wanted = normal(label);
  const known = column.options.find((option) => normal(option.label) === wanted);
  if (known) return known.value;
  const highest = Math.max(FIRST_CUSTOM_CODE - 1, ...column.options.map((option) => option.value));
  column.options.push({ value: highest + 1, label: label.trim(), ...(column.type === 'Status' && { state: 0 }) });
  return highest + 1;
}

/** Makes sure a code that data uses is an option. */
export function ensureCode(column: Column, code: number): void {
  column.options ??= [];
  if (column.options.some((option) => option.value === code)) return;
  column.options.push({ value: code, label: `Option ${code}`, ...(column.type === 'Status' && { state: 0 }) });
}
