import { createHash } from 'node:crypto';
import { isApiError } from '../clients/errors';
import type { CustomObjectType } from '../clients/marketo/types';
import type { MarketoBinding } from '../clients/mongo/bindings';
import { PERSON_IDENTITY, PLACEHOLDER_COMPANY } from '../model/entities';
import { isQuarantined } from '../model/field-state';
import { withCurrentFields } from './current-fields';
import type { Deps } from './deps';
import { createLeadFields, customObjectOf, ownLeadFields, PERSON_TEAM_TYPE } from './ensure';
import { run } from './failures';
import { wrongOrganisation } from './organisation';
import { done, type Outcome } from './outcome';
import { retryUnexpected } from './unexpected-rows';

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

/** The person fields that are ours, made where they are missing. */
async function ensureLeadFields(deps: Deps): Promise<{
  /** `microsoftId` was made now. */
  createdIdentityField: boolean;
  crmManaged: boolean;
  /** A field that nothing can do without, and Marketo's code. */
  hidden?: string;
}> {
  const described = await deps.marketo.describeLeads();
  const there = new Set(described.map(({ name }) => name.toLowerCase()));
  const missing = ownLeadFields(deps.schema.entities()).filter(({ name }) => !there.has(name.toLowerCase()));
  const refused = missing.length > 0 ? await createLeadFields(deps, missing) : new Map<string, string>();
  const hidden = Object.values(PERSON_IDENTITY).find((name) => refused.has(name));
  return {
    createdIdentityField: missing.some(({ name }) => name === PERSON_IDENTITY.id),
    crmManaged: described.some((field) => field.crmManaged === true),
    ...(hidden !== undefined && { hidden: `${hidden} (${refused.get(hidden)})` }),
  };
}

/** Creates the custom objects that are missing. @returns record-call names by path, and what could not be made. */
async function ensureCustomObjects(deps: Deps): Promise<{ names: Record<string, string>; refused: Set<string> }> {
  const types = deps.schema
    .entities()
    .map(customObjectOf)
    .filter((type) => type !== undefined);
  const withBridge = deps.schema.entities().some(({ name }) => name === 'team') ? [...types, PERSON_TEAM_TYPE] : types;
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
  const { createdIdentityField, crmManaged, hidden } = await ensureLeadFields(deps);
  if (crmManaged) {
    return stopped(
      'Marketo’s own CRM sync is on: it forbids our writes (1018). Switch it off for this instance first.',
    );
  }
  if (hidden !== undefined) {
    return stopped(`Marketo shows no field ${hidden} and does not make it: unhide it (Admin, Field Management).`);
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
  await Promise.all(deps.schema.entities().map(({ name }) => deps.schema.usable(name)));
  const entities: EntityPlan[] = [];
  const dropped: string[] = [];
  for (const entity of deps.schema.entities()) {
    if (entity.target.kind === 'object' && refused.has(entity.target.path)) {
      dropped.push(`${entity.name}: Marketo has no custom object for it and may not create one (616)`);
      continue;
    }
    // A table that can't be read stops its own entity when its import begins, and no other.
    const bound = await deps.schema.usable(entity.name);
    const held = (bound?.states ?? []).filter(({ known }) => isQuarantined(known));
    dropped.push(...held.map(({ known }) => `${entity.name}.${known.dynamics}: ${known.trouble?.why}`));
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
  await greetVersion(deps);
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

const VERSION = 'version';

/** Rows that an earlier version did not know what to do with. */
async function greetVersion(deps: Deps): Promise<void> {
  const { version, store } = deps;
  if (version === undefined || (await store.bindings.get<string>(VERSION)) === version) return;
  await retryUnexpected(deps);
  await store.bindings.set(VERSION, version);
}

/** A worker that was restarted with other entities prepares Marketo for them, and tells the parent. */
async function checkOrganisations(deps: Deps): Promise<Outcome<Partial<Preflight>>> {
  await greetVersion(deps);
  if ((await deps.store.bindings.get<string>(PLANNED)) !== planned(deps)) return preflightChecks(deps);
  const reason = await wrongOrganisation(deps);
  return reason === undefined ? done({}) : stopped(reason);
}

export const createPreflight = (deps: Deps) => ({
  /** Every 15 minutes: still the right organisations, and not set back; other entities than before, if the configuration has changed. */
  checkOrganisations: (): Promise<Outcome<Partial<Preflight>>> =>
    run(() => withCurrentFields(deps, () => checkOrganisations(deps))),
  /** Both systems reachable, the right ones, and shaped as the map wants them; creates in Marketo what is ours. */
  preflight: (): Promise<Outcome<Preflight>> => run(() => withCurrentFields(deps, () => preflightChecks(deps))),
});
