/** A text that stands for one that alone is over the bound of an answer: whatever is asked for it is refused (clients/bounds.ts). */
export const LONG = 'a text of megabytes';

/** Does what was read of one row or person hold it? */
export const isLong = (values: Readonly<Record<string, unknown>>): boolean => Object.values(values).includes(LONG);
