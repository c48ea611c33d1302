import { createHash } from 'node:crypto';
import { isApiError } from '../clients/errors';
import type { CustomObjectField, CustomObjectType } from '../clients/marketo/types';
import type { MarketoBinding } from '../clients/mongo/bindings';
import { OWNER_LINKS } from '../model/belongs-to';
import { type Entity, IDENTITY_FIELDS, PERSON_IDENTITY, PERSON_TEAM, PLACEHOLDER_COMPANY } from '../model/entities';
import type { Deps } from './deps';
import { run } from './failures';
import { wrongOrganisation } from './organisation';
import { done, type Outcome } from './outcome';

/** What the parent has to know of an entity: enough to plan, nothing more. */
export interface EntityPlan {
  name: string;
  lane: string;
  wave: number;
  everySeconds: number;
  /** Read whole each time: no feed tells of its changes. */
  untracked: boolean;
  /** Two-way: Marketo's feed may bring work too. */
  person: boolean;
  /** Of the import that an earlier parent began, and the highest that was ever given out; absent: none. */
  generation?: number;
  highest?: number;
}

export interface Preflight {
  entities: EntityPlan[];
  /** Map rows that have no counterpart, `entity.field`: said aloud, not fatal. */
  dropped: string[];
  changesEverySeconds: number;
  deletionsEverySeconds: number;
  restSeconds: number;
}

/** The Marketo feed starts this long before the sync, so that a late commit is not missed (DESIGN §3). */
export const FEED_MARGIN_MS = 15 * 60_000;
const MAX_DROPPED = 20;

const stopped = (reason: string): Outcome<never> => ({ kind: 'stopped', reason });

/** The person fields that are ours, made where they are missing. @returns whether `microsoftId` was made now. */
async function ensureLeadFields({
  marketo,
  settings,
}: Deps): Promise<{ createdIdentityField: boolean; crmManaged: boolean }> {
  const described = await marketo.describeLeads();
  const there = new Set(described.map(({ name }) => name.toLowerCase()));
  const wanted = new Map<string, { name: string; displayName: string; dataType: string }>();
  for (const field of IDENTITY_FIELDS) wanted.set(field.name, { ...field });
  for (const { target, rules } of settings.entities) {
    if (target.kind !== 'person') continue;
    for (const { marketo: name, create } of rules) if (create) wanted.set(name, { name, ...create });
  }
  const missing = [...wanted.values()].filter(({ name }) => !there.has(name.toLowerCase()));
  if (missing.length > 0) await marketo.createLeadFields(missing);
  return {
    createdIdentityField: missing.some(({ name }) => name === PERSON_IDENTITY.id),
    crmManaged: described.some((field) => field.crmManaged === true),
  };
}

const field = (name: string, displayName: string, dataType = 'string'): CustomObjectField => ({
  name,
  displayName,
  dataType,
});

function customObjectOf(entity: Entity): CustomObjectType | undefined {
  const { target } = entity;
  if (target.kind !== 'object' || !target.create) return undefined;
  const fields: CustomObjectField[] = [{ ...field(target.key, 'Microsoft Id'), isDedupeField: true }];
  // One column may feed only one field of the object; lengths are Marketo's own for the type.
  for (const { marketo: name, create } of entity.rules)
    if (create) fields.push(field(name, create.displayName, create.dataType));
  if (entity.belongsTo) {
    const { displayName, relatedTo } = OWNER_LINKS[entity.belongsTo.link];
    fields.push({ ...field(entity.belongsTo.link, displayName, 'link'), relatedTo });
  }
  return { apiName: target.path.replace('customobjects/', ''), ...target.create, fields };
}

const PERSON_TEAM_TYPE: CustomObjectType = {
  apiName: PERSON_TEAM,
  displayName: 'Microsoft Person Team',
  pluralName: 'Microsoft Person Teams',
  fields: [
    { ...field('microsoftId', 'Microsoft Id'), isDedupeField: true },
    { ...field('leadId', 'Lead', 'link'), relatedTo: { name: 'lead', field: 'id' } },
    field('teamId', 'Team Id'),
  ],
};

/** Creates the custom objects that are missing. @returns record-call names by path, and what could not be made. */
async function ensureCustomObjects(deps: Deps): Promise<{ names: Record<string, string>; refused: Set<string> }> {
  const types = deps.settings.entities.map(customObjectOf).filter((type) => type !== undefined);
  const withBridge = deps.settings.entities.some(({ name }) => name === 'team') ? [...types, PERSON_TEAM_TYPE] : types;
  const names: Record<string, string> = {};
  const refused = new Set<string>();
  if (withBridge.length === 0) return { names, refused };
  const there = await deps.marketo.customObjects();
  const ensure = async (type: CustomObjectType) => {
    const path = `customobjects/${type.apiName}`;
    const found = there.find((name) => name === type.apiName || name === `${type.apiName}_c`);
    try {
      names[path] = found ?? (await deps.marketo.createCustomObject(type));
    } catch (error) {
      // 616: this subscription can't make custom objects; someone has to make them by hand (marketo-api §2.2).
      if (!isApiError(error, 'configuration') || error.code !== '616') throw error;
      refused.add(path);
    }
  };
  await Promise.all(withBridge.map(ensure));
  return { names, refused };
}

/** A parent that is started anew goes on counting where the last one stopped. */
async function generationsOf({ store }: Deps, entity: string): Promise<{ generation?: number; highest?: number }> {
  const imported = await store.checkpoints.get(`import/${entity}`);
  if (!imported) return {};
  const resynced = await store.checkpoints.get(`resync/${entity}`);
  return {
    generation: imported.generation,
    highest: Math.max(imported.generation, resynced?.generation ?? 0),
  };
}

async function pinFeeds({ marketo, store }: Deps): Promise<void> {
  for (const feed of ['leadchanges', 'deletedleads', 'activities']) {
    const id = `marketo/${feed}`;
    if (await store.checkpoints.get(id)) continue;
    const at = Date.now() - FEED_MARGIN_MS;
    await store.checkpoints.pin(id, 0, { token: await marketo.pagingToken(new Date(at)), at });
  }
}

async function preflightChecks(deps: Deps): Promise<Outcome<Preflight>> {
  const mismatch = await wrongOrganisation(deps);
  if (mismatch) return stopped(mismatch);
  const { createdIdentityField, crmManaged } = await ensureLeadFields(deps);
  if (crmManaged) {
    return stopped(
      'Marketo’s own CRM sync is on: it forbids our writes (1018). Switch it off for this instance first.',
    );
  }
  const { names, refused } = await ensureCustomObjects(deps);
  const earlier = await deps.store.bindings.get<MarketoBinding>('marketo');
  if (!earlier) {
    await deps.marketo.syncObjects('companies', 'createOrUpdate', [{ ...PLACEHOLDER_COMPANY }]);
  }
  await deps.store.bindings.set<MarketoBinding>('marketo', {
    munchkinId: deps.marketo.munchkinId(),
    createdIdentityField: earlier?.createdIdentityField ?? createdIdentityField,
    customObjects: names,
  });
  deps.schema.forget();

  // All tables at once: their metadata is a dozen requests each.
  await Promise.all(deps.settings.entities.map(({ name }) => deps.schema.usable(name)));
  const entities: EntityPlan[] = [];
  const dropped: string[] = [];
  for (const entity of deps.settings.entities) {
    if (entity.target.kind === 'object' && refused.has(entity.target.path)) {
      dropped.push(`${entity.name}: Marketo has no custom object for it and may not create one (616)`);
      continue;
    }
    // A table that can't be read stops its own entity when its import begins, and no other.
    const bound = await deps.schema.usable(entity.name);
    dropped.push(...(bound?.dropped ?? []).map(({ rule, why }) => `${entity.name}.${rule.dynamics}: ${why}`));
    entities.push({
      name: entity.name,
      lane: entity.lane,
      wave: entity.wave,
      everySeconds: entity.lookEverySeconds,
      untracked: entity.untracked === true,
      person: entity.target.kind === 'person',
      ...(await generationsOf(deps, entity.name)),
    });
  }
  await pinFeeds(deps);
  await deps.store.bindings.set(PLANNED, planned(deps));
  return done({ entities, dropped: dropped.slice(0, MAX_DROPPED), ...deps.settings.feeds });
}

const PLANNED = 'planned';

/** What the entities are, as the last preflight knew them. */
const planned = ({ settings }: Deps): string =>
  createHash('sha256')
    .update(
      JSON.stringify(
        settings.entities.map(({ name, target, lane, wave, lookEverySeconds, belongsTo }) => {
          return [name, target, lane, wave, lookEverySeconds, belongsTo];
        }),
      ),
    )
    .digest('hex');

/** A worker that was restarted with other entities prepares Marketo for them, and tells the parent. */
async function checkOrganisations(deps: Deps): Promise<Outcome<Partial<Preflight>>> {
  if ((await deps.store.bindings.get<string>(PLANNED)) !== planned(deps)) return preflightChecks(deps);
  const reason = await wrongOrganisation(deps);
  return reason === undefined ? done({}) : stopped(reason);
}

export const createPreflight = (deps: Deps) => ({
  /** Every 15 minutes: still the right organisations, and not set back; other entities than before, if the configuration has changed. */
  checkOrganisations: (): Promise<Outcome<Partial<Preflight>>> => run(() => checkOrganisations(deps)),
  /** Both systems reachable, the right ones, and shaped as the map wants them; creates in Marketo what is ours. */
  preflight: (): Promise<Outcome<Preflight>> => run(() => preflightChecks(deps)),
});
