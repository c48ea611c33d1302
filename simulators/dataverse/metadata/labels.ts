import { createHash } from 'node:crypto';

const LANGUAGE = 1033;

/** A stable id for a piece of metadata. */
export function metadataId(...parts: string[]): string {
  const hash = createHash('sha256').update(parts.join('/')).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** A label as Dataverse shows it, in one language. */
export function label(text: string): object {
  const localized = {
    Label: text,
    LanguageCode: LANGUAGE,
    IsManaged: true,
    MetadataId: metadataId('label', text),
    HasChanged: null,
  };
  return { LocalizedLabels: [localized], UserLocalizedLabel: localized };
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
