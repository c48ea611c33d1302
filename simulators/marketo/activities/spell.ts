import type { Field } from '../fields';
import type { MarketoSettings } from '../settings';

type Settings = Readonly<
  Pick<MarketoSettings, 'activityBooleans' | 'activityDatetimes' | 'activityFloats' | 'emptyOldValue'>
>;

/** A logged value as an activity spells it, by the type of its field; every switch has what was recorded or is likeliest first, if a service of today copes. */
export function spell({ dataType }: Field, logged: string | undefined, settings: Settings): unknown {
  if (logged === undefined) return undefined;
  switch (dataType) {
    case 'boolean':
      if (settings.activityBooleans === 'json') return logged === 'true';
      return settings.activityBooleans === 'text' ? logged : logged.charAt(0).toUpperCase() + logged.slice(1);
    case 'datetime':
      return settings.activityDatetimes === 'iso' ? logged : logged.replace('T', ' ').replace(/Z$/, '');
    case 'float':
    case 'currency':
      return settings.activityFloats === 'decimal' && /^-?\d+$/.test(logged) ? `${logged}.0` : logged;
    default:
      return logged;
  }
}

/** The same of an old value; an empty one is null, or left out. */
export const spellOld = (field: Field, logged: string | undefined, settings: Settings): unknown =>
  spell(field, logged, settings) ?? (settings.emptyOldValue === 'null' ? null : undefined);
