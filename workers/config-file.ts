import { z } from 'zod';
import { placeOf } from '../model/belongs-to';
import { DELETE_POLICIES, WHEN_DELETED_IN_MARKETO } from '../model/deletion';
import { ECHO_RULES } from '../model/echo';
import { CUSTOM_LOOK_SECONDS, CUSTOM_WAVE, type Entity, STANDARD_ENTITIES } from '../model/entities';
import type { FieldRule } from '../model/field-rule';
import { WHEN_MERGED_IN_DYNAMICS } from '../model/identity';
import { CONFLICT_POLICIES, type ConflictPolicy } from '../model/policy';
import { isOwner, PUSH_AS } from '../model/push';
import type { Settings } from '../model/settings';

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'must be an API name: letters, digits and underscores');
const share = z.number().gt(0).max(1);
const seconds = z.number().int().min(5).max(86_400);
const deletePolicy = z.enum(DELETE_POLICIES);

const date = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), {
    message: 'must be a date, as 2026-01-01 or 2026-01-01T08:00:00Z',
  })
  .transform((text) => `${new Date(text).toISOString().slice(0, 19)}Z`);
const backfill = z.union([
  z.literal(false),
  z.strictObject({ modifiedSince: date.optional(), createdSince: date.optional() }),
]);

const field = z.strictObject({
  dynamics: name,
  marketo: name,
  direction: z.enum(['both', 'to-marketo', 'to-dynamics']).default('to-marketo'),
  consent: z.boolean().optional(),
  conflict: z.enum(CONFLICT_POLICIES).optional(),
  create: z.strictObject({ dataType: z.string(), displayName: z.string() }).optional(),
  backfill: backfill.optional(),
});

const entity = z.strictObject({
  enabled: z.boolean().default(true),
  fields: z.array(field).default([]),
  /** Who wins where both sides changed a field, by Marketo field: rows of the default map included. */
  conflicts: z.record(name, z.enum(CONFLICT_POLICIES)).default({}),
  /** Marketo fields of the default map that are not to be synced. */
  without: z.array(name).default([]),
  whenDeleted: deletePolicy.optional(),
  lookEverySeconds: seconds.optional(),
});

const customEntity = z.strictObject({
  name,
  marketo: name,
  displayName: z.string(),
  pluralName: z.string(),
  belongsTo: z.strictObject({ column: name, entity: name }),
  fields: z.array(field).min(1),
  whenDeleted: z.enum(['delete', 'ignore']).default('delete'),
  lookEverySeconds: seconds.default(CUSTOM_LOOK_SECONDS),
});

const createInDynamics = z.preprocess(
  (given) => (typeof given === 'string' ? { when: given } : given),
  z
    .strictObject({
      when: z.enum(['never', 'list', 'always']),
      list: z.number().int().positive().optional(),
      as: z.enum(PUSH_AS).default('lead'),
      owner: z.string().refine(isOwner, 'must be the GUID or e-mail address of a Dynamics user').optional(),
    })
    .default({ when: 'never', as: 'lead' }),
);
const duplicates = z.enum(['check', 'suppress']);

/** sync.config.yaml: every setting, its default, and nothing else: an unknown key is a fault, not a surprise. */
export const configFile = z.strictObject({
  adoption: z.enum(['adopt', 'create', 'park']).default('adopt'),
  echo: z.enum(ECHO_RULES).default('by-value'),
  whenDeletedInMarketo: z.enum(WHEN_DELETED_IN_MARKETO).default('tombstone'),
  whenMergedInDynamics: z.enum(WHEN_MERGED_IN_DYNAMICS).default('merge'),
  partitionName: z.string().optional(),
  parentContactRoles: z.boolean().default(true),
  polling: z
    .strictObject({
      changesEverySeconds: seconds.default(15),
      deletionsEverySeconds: seconds.default(300),
      listEverySeconds: seconds.default(300),
      restSeconds: z.number().int().min(0).max(86_400).default(0),
    })
    .prefault({}),
  createInDynamics,
  duplicateDetection: z
    .strictObject({ create: duplicates.default('check'), update: duplicates.default('suppress') })
    .prefault({}),
  failures: z.strictObject({ keepDays: z.number().int().min(30).max(3_650).default(30) }).prefault({}),
  reconciliation: z.strictObject({ everyDays: z.number().min(0).max(365).default(7) }).prefault({}),
  limits: z
    .strictObject({
      /** Half, as Adobe advises where other integrations share the instance (marketo-api §3). */
      marketo: z
        .strictObject({
          share: share.default(0.5),
          callsPer20Seconds: z.number().int().min(1).default(100),
          concurrent: z.number().int().min(1).default(10),
          callsPerDay: z.number().int().min(1).default(50_000),
        })
        .prefault({}),
      dynamics: z
        .strictObject({
          share: share.default(0.5),
          requestsPer5Minutes: z.number().int().min(1).default(6_000),
          concurrent: z.number().int().min(1).default(52),
        })
        .prefault({}),
    })
    .prefault({}),
  entities: z.record(z.string(), entity).default({}),
  customEntities: z.array(customEntity).default([]),
});

export type ConfigFile = z.infer<typeof configFile>;
type FieldSetting = z.infer<typeof field>;

const ruleOf = ({ dynamics, marketo, direction, consent, conflict, create, backfill }: FieldSetting): FieldRule => ({
  dynamics,
  marketo,
  direction,
  ...(consent ? { consent: true as const } : {}),
  ...(conflict ? { conflict } : {}),
  ...(create ? { create } : {}),
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
function rulesOf(
  defaults: readonly FieldRule[],
  added: readonly FieldSetting[],
  without: readonly string[],
): FieldRule[] {
  const replaced = new Set(
    [...without, ...added.map(({ marketo }) => marketo)].map((marketo) => marketo.toLowerCase()),
  );
  return [...defaults.filter(({ marketo }) => !replaced.has(marketo.toLowerCase())), ...added.map(ruleOf)];
}

/** By Marketo field name, whatever its case. */
function withPolicies(rules: FieldRule[], policies: Record<string, ConflictPolicy>): FieldRule[] {
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

type CustomEntity = z.infer<typeof customEntity>;

const parentsOf = (customs: readonly CustomEntity[]): Map<string, string> =>
  new Map(customs.map((custom) => [custom.name, custom.belongsTo.entity]));

function customEntityOf(setting: CustomEntity, parents: ReadonlyMap<string, string>): Entity {
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

/** What a schema can't say: names that don't exist, rules that contradict each other. One line a fault. */
export function contradictions(file: ConfigFile): string[] {
  const faults: string[] = [];
  const standard = new Map(STANDARD_ENTITIES.map((known) => [known.name, known]));
  const { when, list, as } = file.createInDynamics;
  if (when === 'list' && list === undefined) {
    faults.push('createInDynamics: when: list needs list: the id of a static list in Marketo');
  }
  if (when !== 'never' && file.entities[as]?.enabled === false) {
    faults.push(`createInDynamics: as: ${as} is not synced (entities.${as}.enabled: false)`);
  }
  for (const [entityName, setting] of Object.entries(file.entities)) {
    const known = standard.get(entityName);
    if (!known) {
      faults.push(
        `entities.${entityName}: not one of ${[...standard.keys()].join(', ')}; a custom table goes under customEntities`,
      );
      continue;
    }
    for (const rule of setting.fields) {
      if (known.target.kind !== 'person' && rule.direction !== 'to-marketo') {
        faults.push(
          `entities.${entityName}.fields ${rule.dynamics}: only leads and contacts travel both ways; use direction: to-marketo`,
        );
      }
    }
    const rules = rulesOf(known.rules, setting.fields, setting.without);
    for (const [field, policy] of Object.entries(setting.conflicts)) {
      const rule = rules.find(({ marketo }) => marketo.toLowerCase() === field.toLowerCase());
      if (rule?.direction !== 'both') {
        faults.push(`entities.${entityName}.conflicts ${field}: not a field of the map that travels both ways`);
      } else if (policy === 'most-restrictive' && !rule.consent) {
        faults.push(
          `entities.${entityName}.conflicts ${field}: most-restrictive is for consent fields; use newest, non-empty or a side`,
        );
      }
    }
    if (setting.whenDeleted === 'flag' && known.target.kind !== 'person') {
      faults.push(`entities.${entityName}.whenDeleted: only a person can be flagged; use delete or ignore`);
    }
  }
  const names = file.customEntities.map((custom) => custom.name);
  for (const duplicate of names.filter((custom, index) => names.indexOf(custom) !== index || standard.has(custom))) {
    faults.push(`customEntities ${duplicate}: is there twice, or is a standard entity`);
  }
  const parents = parentsOf(file.customEntities);
  for (const custom of file.customEntities) {
    const place = placeOf(custom.name, parents);
    const { entity: parent } = custom.belongsTo;
    if ('fault' in place) faults.push(`customEntities ${custom.name}: ${place.fault}`);
    else if (file.entities[parent]?.enabled === false)
      faults.push(`customEntities ${custom.name}: belongs to ${parent}, which is not enabled`);
  }
  return faults;
}

/** Under a rest every feed has the same pace: that of its lane's cycles. */
const pacedEntity = (entity: Entity, restSeconds: number): Entity =>
  restSeconds > 0 && !entity.untracked ? { ...entity, lookEverySeconds: restSeconds } : entity;

const pacedFeeds = ({ restSeconds, ...feeds }: ConfigFile['polling']): Settings['feeds'] =>
  restSeconds > 0
    ? {
        changesEverySeconds: restSeconds,
        deletionsEverySeconds: restSeconds,
        listEverySeconds: restSeconds,
        restSeconds,
      }
    : { ...feeds, restSeconds };

/** @param changedAt when the file was changed; epoch ms. */
export function settingsFrom(file: ConfigFile, changedAt = 0): Settings {
  const standard = STANDARD_ENTITIES.flatMap((known): Entity[] => {
    const setting = file.entities[known.name];
    if (!setting) return [known];
    if (!setting.enabled) return [];
    return [
      {
        ...known,
        rules: withPolicies(rulesOf(known.rules, setting.fields, setting.without), setting.conflicts),
        ...(setting.whenDeleted ? { whenDeleted: setting.whenDeleted } : {}),
        ...(setting.lookEverySeconds ? { lookEverySeconds: setting.lookEverySeconds } : {}),
      },
    ];
  });
  return {
    entities: [
      ...standard,
      ...file.customEntities.map((custom) => customEntityOf(custom, parentsOf(file.customEntities))),
    ].map((one) => pacedEntity(one, file.polling.restSeconds)),
    mapVersion: changedAt,
    adoption: file.adoption,
    echo: file.echo,
    whenDeletedInMarketo: file.whenDeletedInMarketo,
    whenMergedInDynamics: file.whenMergedInDynamics,
    ...(file.partitionName === undefined ? {} : { partitionName: file.partitionName }),
    parentContactRoles: file.parentContactRoles,
    reconcileEveryDays: file.reconciliation.everyDays,
    keepFailuresDays: file.failures.keepDays,
    createInDynamics: {
      when: file.createInDynamics.when,
      as: file.createInDynamics.as,
      ...(file.createInDynamics.list !== undefined && { list: file.createInDynamics.list }),
      ...(file.createInDynamics.owner !== undefined && { owner: file.createInDynamics.owner }),
    },
    duplicateDetection: file.duplicateDetection,
    feeds: pacedFeeds(file.polling),
  };
}
