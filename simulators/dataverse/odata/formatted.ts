import type { Column, Value } from '../types';

/** The text a user would see (en-US, UTC), or null where a column has no formatted value. */
export function formatted(column: Column, value: Value): string | null {
  const label = (code: number): string | undefined => column.options?.find((option) => option.value === code)?.label;
  switch (column.type) {
    case 'Picklist':
    case 'State':
    case 'Status':
      return label(value as number) ?? null;
    case 'MultiSelect':
      return String(value)
        .split(',')
        .map((code) => label(Number(code)) ?? code)
        .join('; ');
    case 'Boolean':
      return label(value ? 1 : 0) ?? null;
    case 'Money':
      return (value as number).toLocaleString('en-US', { style: 'currency', currency: 'USD' });
    case 'Decimal':
    case 'Double':
      return (value as number).toLocaleString('en-US', { minimumFractionDigits: 2 });
    case 'Integer':
    case 'BigInt':
      return (value as number).toLocaleString('en-US');
    case 'DateTime': {
      const date = new Date(String(value));
      const day = date.toLocaleDateString('en-US', { timeZone: 'UTC' });
      if (column.dateOnly) return day;
      return `${day} ${date.toLocaleTimeString('en-US', { timeZone: 'UTC', hour: 'numeric', minute: '2-digit' })}`;
    }
    default:
      return null;
  }
}
