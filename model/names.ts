/** Only from here on do characters combine: what is below is composed as it stands. */
const COMBINING = /[\u0300-\uffff]/;

/** A text in composed Unicode (NFC): `é` may be one character, or an `e` and a combining accent: the text is the same. */
export const composed = (text: string): string => (COMBINING.test(text) ? text.normalize('NFC') : text);

/** What two labels, or names of roles or fields, have in common when they are the same one to the vendors: neither case nor blanks around count. */
export const nameKey = (name: string): string => composed(name).trim().toLowerCase();
