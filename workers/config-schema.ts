import { z } from 'zod';
import { DELETE_POLICIES, WHEN_DELETED_IN_MARKETO } from '../model/deletion';
import { ECHO_RULES } from '../model/echo';
import { CUSTOM_LOOK_SECONDS } from '../model/entities';
import { WHEN_MERGED_IN_DYNAMICS } from '../model/identity';
import { CONFLICT_POLICIES } from '../model/policy';
import { isOwner, PUSH_AS } from '../model/push';

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

const timeZone = z.string().refine(isTimeZone, 'must be a time zone of the IANA database, as Europe/Berlin');

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    // An offset (+02:00) knows of no summer time.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

const field = z.strictObject({
  dynamics: name,
  marketo: name,
  direction: z.enum(['both', 'to-marketo', 'to-dynamics']).default('to-marketo'),
  consent: z.boolean().optional(),
  conflict: z.enum(CONFLICT_POLICIES).optional(),
  create: z.strictObject({ dataType: z.string(), displayName: z.string() }).optional(),
  backfill: backfill.optional(),
  timeZone: timeZone.optional(),
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
  timeZone: timeZone.optional(),
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
export type FieldSetting = z.infer<typeof field>;
export type CustomEntity = z.infer<typeof customEntity>;
