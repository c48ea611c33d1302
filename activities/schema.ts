import type { DynamicsClient, TableMetadata } from '../clients/dynamics/types';
import { ApiError, isApiError } from '../clients/errors';
import { type Kept, KeptByKey, kept } from '../clients/keep';
import type { FieldMetadata, MarketoClient, ObjectPath } from '../clients/marketo/types';
import type { MarketoBinding } from '../clients/mongo/bindings';
import type { Store } from '../clients/mongo/store';
import type { Entity } from '../model/entities';
import { isQuarantined } from '../model/field-state';
import { type FieldMap, fieldMapOf, type Settings } from '../model/settings';
import { type BoundEntity, bind } from './bound';

export type { BoundEntity } from './bound';

/** Metadata is asked for again after this long, and whenever a call says that a field is unknown. */
const KEEP_MS = 3_600_000;
/** Where a field is held back, it may have been mended. */
const KEEP_TROUBLED_MS = 5 * 60_000;
/** Other workers' findings are looked for at most so often. */
const FOLLOW_MS = 1_000;
/** A value that was refused may mean that the field has changed: such a doubt is looked into at most so often. */
const DOUBT_MS = 60_000;
/** An answer that says so is no doubt; this only brakes a fault that metadata can't explain. */
const REREAD_MS = 2_000;

/**
 * Both systems' metadata, kept for an hour: describe calls count against the day's quota. What is remembered of fields
 * and the field map itself are shared by all workers, in Mongo.
 */
export class Schema {
  #bound = new Map<string, { at: number; keep: number; read: Kept<BoundEntity> }>();
  #tables = new KeptByKey((name: string) => this.dynamics.table(name));
  #binding: MarketoBinding | undefined;
  #user = kept(async () => (await this.dynamics.organisation()).userId);
  #entities: readonly Entity[];
  #map: FieldMap;
  #digest: string | undefined;
  #steps = new Map<string, number>();
  #followedAt = 0;
  readonly #met = new WeakSet<BoundEntity>();
  #doubtedAt = new Map<string, number>();
  #rereadAt = 0;

  constructor(
    private readonly dynamics: DynamicsClient,
    private readonly marketo: MarketoClient,
    private readonly store: Pick<Store, 'bindings' | 'fields' | 'fieldMaps'>,
    private readonly settings: Settings,
  ) {
    this.#entities = settings.entities;
    this.#map = fieldMapOf(settings);
  }

  /** @param name of an entity; absent: everything. */
  forget(name?: string): void {
    this.#binding = undefined;
    if (name === undefined) {
      this.#bound.clear();
      this.#tables.clear();
      return;
    }
    this.#bound.delete(name);
    this.#tables.forget(name);
    const { join } = this.entity(name);
    if (join) this.#tables.forget(join.table);
  }

  /** As the current field map has them. */
  entities(): Entity[] {
    return this.#entities.map((entity) => ({ ...entity, rules: this.#map.rules[entity.name] ?? entity.rules }));
  }

  entity(name: string): Entity {
    const entity = this.entities().find((candidate) => candidate.name === name);
    if (entity) return entity;
    throw new ApiError({
      api: 'dynamics',
      operation: 'schema',
      kind: 'configuration',
      about: `${name} is not configured`,
    });
  }

  /** A map that this process has read from its file: it counts if no other worker knows a younger one. */
  offer(map: FieldMap): void {
    this.#map = map;
    this.#digest = undefined;
    this.#followedAt = 0;
    this.forget();
  }

  /** Takes over what other workers have found out: another field map, fields that were held back or have recovered. */
  async follow(): Promise<void> {
    if (Date.now() - this.#followedAt < FOLLOW_MS) return;
    this.#followedAt = Date.now();
    if (this.#digest === undefined || this.#digest !== (await this.store.fieldMaps.digest())) {
      const { digest, ...map } = await this.store.fieldMaps.offer(this.#map);
      if (this.#digest !== undefined || JSON.stringify(map.rules) !== JSON.stringify(this.#map.rules)) this.forget();
      this.#digest = digest;
      this.#map = map;
    }
    for (const [name, step] of await this.store.fields.steps()) {
      if (this.has(name) && this.#steps.get(name) !== step) this.forget(name);
      this.#steps.set(name, step);
    }
  }

  /** This process has noticed itself what is remembered now: the metadata are still those. */
  remembered(name: string, step: number): void {
    this.#steps.set(name, step);
    this.#bound.delete(name);
  }

  /** @returns true once for each reading of the metadata. */
  isNew(bound: BoundEntity): boolean {
    if (this.#met.has(bound)) return false;
    this.#met.add(bound);
    return true;
  }

  /** An answer says that a field is unknown. @returns whether metadata will be read anew: the call is worth another try. */
  reread(): boolean {
    if (Date.now() - this.#rereadAt < REREAD_MS) return false;
    this.#rereadAt = Date.now();
    this.forget();
    return true;
  }

  /** A value was refused, or its option is unknown: the field may not be what it was. */
  doubt(name: string): void {
    if (Date.now() - (this.#doubtedAt.get(name) ?? 0) < DOUBT_MS) return;
    this.#doubtedAt.set(name, Date.now());
    this.forget(name);
  }

  /** What preflight pinned of Marketo: read until it is there, then kept. */
  async marketoBinding(): Promise<MarketoBinding | undefined> {
    this.#binding ??= await this.store.bindings.get<MarketoBinding>('marketo');
    return this.#binding;
  }

  /** Our application user's id, where its edits are no changes (model/echo.ts). */
  async silentUser(): Promise<string | undefined> {
    if (this.settings.echo !== 'by-user') return undefined;
    return this.#user();
  }

  has(name: string): boolean {
    return this.#entities.some((entity) => entity.name === name);
  }

  async of(name: string): Promise<BoundEntity> {
    let entry = this.#bound.get(name);
    if (!entry || Date.now() - entry.at > entry.keep) {
      if (entry) this.forget(name);
      entry = { at: Date.now(), keep: KEEP_MS, read: kept(() => this.#bind(this.entity(name))) };
      this.#bound.set(name, entry);
    }
    const bound = await entry.read();
    if (bound.states.some(({ known }) => isQuarantined(known))) entry.keep = KEEP_TROUBLED_MS;
    return bound;
  }

  /** One that can be read; `undefined` for one whose trouble is its own and shall hold nothing else. */
  async usable(name: string): Promise<BoundEntity | undefined> {
    try {
      return await this.of(name);
    } catch (error) {
      if (isApiError(error, 'authority', 'configuration')) return undefined;
      throw error;
    }
  }

  table(logicalName: string): Promise<TableMetadata> {
    return this.#tables.get(logicalName);
  }

  async #bind(entity: Entity): Promise<BoundEntity> {
    const table = await this.table(entity.name);
    const joined = entity.join ? await this.table(entity.join.table) : undefined;
    const path = await this.#path(entity);
    const known = await this.store.fields.get(entity.name);
    const fields = await this.#describe(entity, path);
    return bind(entity, { table, ...(joined && { joined }), path, fields }, known, this.settings.echo);
  }

  async #path(entity: Entity): Promise<ObjectPath | 'leads'> {
    if (entity.target.kind === 'person') return 'leads';
    if (entity.target.kind === 'roles') return 'opportunities/roles';
    if (!entity.target.create) return entity.target.path as ObjectPath;
    const binding = await this.marketoBinding();
    return `customobjects/${binding?.customObjects[entity.target.path] ?? entity.target.path.replace('customobjects/', '')}`;
  }

  #describe(entity: Entity, path: ObjectPath | 'leads'): Promise<FieldMetadata[]> {
    if (entity.target.kind === 'roles') return Promise.resolve([]);
    return path === 'leads' ? this.marketo.describeLeads() : this.marketo.describeObject(path);
  }
}
