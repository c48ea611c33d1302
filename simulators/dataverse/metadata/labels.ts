import { createHash } from 'node:crypto';

const LANGUAGE = 1033;
const OTHER_LANGUAGE = 1036;

/** A stable id for a piece of metadata. */
export function metadataId(...parts: string[]): string {
  const hash = createHash('sha256').update(parts.join('/')).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** A label as Dataverse shows it: in the base language, and in another one that the organisation has switched on. */
export function label(text: string): object {
  if (text === '') return { LocalizedLabels: [], UserLocalizedLabel: null };
  const inLanguage = (Label: string, LanguageCode: number) => ({
    Label,
    LanguageCode,
    IsManaged: true,
    MetadataId: metadataId('label', Label),
    HasChanged: null,
  });
  const base = inLanguage(text, LANGUAGE);
  return { LocalizedLabels: [base, inLanguage(`${text} (fr)`, OTHER_LANGUAGE)], UserLocalizedLabel: base };
}

/** `new_orderedon` → `New_Orderedon`-like schema names are not known; the logical name stands, with a capital. */
export const schemaName = (name: string, custom: boolean): string =>
  custom ? name : name[0]!.toUpperCase() + name.slice(1);

/** A managed property. */
export const managed = (value: boolean, logicalName: string): object => ({
  Value: value,
  CanBeChanged: false,
  ManagedPropertyLogicalName: logicalName,
});
