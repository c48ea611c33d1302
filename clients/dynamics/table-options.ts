import { isObject, type JsonObject, objects, text } from '../answer';

/** Option value → label, of a choice, a state, a status, or yes and no; undefined for a column without options. */
export function optionsOf(attribute: JsonObject, language: number | undefined): Record<number, string> | undefined {
  const set = isObject(attribute.OptionSet) ? attribute.OptionSet : attribute.GlobalOptionSet;
  if (!isObject(set)) return undefined;
  const items = [...objects(set.Options), ...[set.TrueOption, set.FalseOption].filter(isObject)];
  const options: Record<number, string> = {};
  for (const item of items)
    if (typeof item.Value === 'number') options[item.Value] = labelOf(item.Label, language) ?? String(item.Value);
  return options;
}

/**
 * In the organisation's base language: `UserLocalizedLabel` follows the calling user, and labels are what Marketo's
 * users see, so a change of that user's language must not change them.
 */
function labelOf(label: unknown, language: number | undefined): string | undefined {
  if (!isObject(label)) return undefined;
  const localized = objects(label.LocalizedLabels);
  const base = localized.find((item) => item.LanguageCode === language);
  const user = isObject(label.UserLocalizedLabel) ? label.UserLocalizedLabel : undefined;
  return text(base?.Label) ?? text(user?.Label) ?? text(localized[0]?.Label);
}
