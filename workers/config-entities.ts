import { placeOf } from '../model/belongs-to';
import { CUSTOM_WAVE, type Entity } from '../model/entities';
import type { FieldRule } from '../model/field-rule';
import type { ConflictPolicy } from '../model/policy';
import type { CustomEntity, FieldSetting } from './config-schema';

const ruleOf = ({
  dynamics,
  marketo,
  direction,
  consent,
  conflict,
  create,
  backfill,
  timeZone,
}: FieldSetting): FieldRule => ({
  dynamics,
  marketo,
  direction,
  ...(consent ? { consent: true as const } : {}),
  ...(conflict ? { conflict } : {}),
  ...(create ? { create } : {}),
  ...(timeZone === undefined ? {} : { timeZone }),
  ...(backfill === undefined ? {} : { backfill: backfill && present(backfill) }),
});

/** Without the conditions that were not given. */
const present = ({
  modifiedSince,
  createdSince,
}: {
  modifiedSince?: string | undefined;
  createdSince?: string | undefined;
}) => ({
  ...(modifiedSince === undefined ? {} : { modifiedSince }),
  ...(createdSince === undefined ? {} : { createdSince }),
});

/** Additions replace a default row of the same Marketo field. */
export function rulesOf(
  defaults: readonly FieldRule[],
  added: readonly FieldSetting[],
  without: readonly string[],
): FieldRule[] {
  const replaced = new Set(
    [...without, ...added.map(({ marketo }) => marketo)].map((marketo) => marketo.toLowerCase()),
  );
  return [...defaults.filter(({ marketo }) => !replaced.has(marketo.toLowerCase())), ...added.map(ruleOf)];
}

/** The organisation's time zone, where a row names none. */
export const inTimeZone = (rules: FieldRule[], timeZone: string | undefined): FieldRule[] =>
  timeZone === undefined ? rules : rules.map((rule) => ({ timeZone, ...rule }));

/** By Marketo field name, whatever its case. */
export function withPolicies(rules: FieldRule[], policies: Record<string, ConflictPolicy>): FieldRule[] {
  const wanted = new Map(Object.entries(policies).map(([field, policy]) => [field.toLowerCase(), policy]));
  return rules.map((rule) => {
    const conflict = wanted.get(rule.marketo.toLowerCase());
    return conflict ? { ...rule, conflict } : rule;
  });
}

/** A custom object's fields are all ours: a field without a type is a text of 255. */
const customRule = (setting: FieldSetting): FieldRule => ({
  ...ruleOf(setting),
  direction: 'to-marketo',
  create: setting.create ?? { dataType: 'string', displayName: setting.marketo },
});

export const parentsOf = (customs: readonly CustomEntity[]): Map<string, string> =>
  new Map(customs.map((custom) => [custom.name, custom.belongsTo.entity]));

export function customEntityOf(setting: CustomEntity, parents: ReadonlyMap<string, string>): Entity {
  const place = placeOf(setting.name, parents);
  if ('fault' in place) throw new Error(`customEntities ${setting.name}: ${place.fault}`);
  return {
    name: setting.name,
    target: {
      kind: 'object',
      path: `customobjects/${setting.marketo}`,
      key: 'microsoftId',
      create: { displayName: setting.displayName, pluralName: setting.pluralName },
    },
    lane: setting.name,
    wave: CUSTOM_WAVE + place.level - 1,
    rules: setting.fields.map(customRule),
    alsoRead: ['new_synctomkto'],
    lookEverySeconds: setting.lookEverySeconds,
    whenDeleted: setting.whenDeleted,
    belongsTo: { ...setting.belongsTo, link: place.link },
  };
}
