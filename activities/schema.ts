import type { DynamicsClient, TableMetadata } from '../clients/dynamics/types';
import { ApiError, isApiError } from '../clients/errors';
import type { FieldMetadata, MarketoClient, ObjectPath } from '../clients/marketo/types';
import type { Bindings, MarketoBinding } from '../clients/mongo/bindings';
import { type BoundField, bindRules, columnKey, type Dropped } from '../model/bind';
import { MODIFIED_BY } from '../model/echo';
import { type Entity, PERSON_IDENTITY } from '../model/entities';
import type { Settings } from '../model/settings';

/** An entity whose rules have met both systems' metadata. */
export interface BoundEntity {
  entity: Entity;
  set: string;
  primaryId: string;
  /** Only some of the map's fields are there (activities/rows.ts). */
  partial?: true;
  /** Columns to read, as `$select` wants them. */
  select: string[];
  /** Columns of the joined table, likewise. */
  joinSelect: string[];
  fields: BoundField[];
  dropped: Dropped[];
  tracked: boolean;
  /** REST names to read of a record: the fields, and a person's identity. */
  marketoFields: string[];
  /** The record-call path of the object. */
  path: ObjectPath | 'leads';
}

/** Metadata is asked for again after this long, and whenever a call says that a field is unknown. */
const KEEP_MS = 3_600_000;

/** Both systems' metadata, kept for an hour: describe calls count against the day's quota. */
export class Schema {
  #bound = new Map<string, Promise<BoundEntity>>();
  #tables = new Map<string, Promise<TableMetadata>>();
  #binding: MarketoBinding | undefined;
  #user: Promise<string> | undefined;
  #readAt = 0;

  constructor(
    private readonly dynamics: DynamicsClient,
    private readonly marketo: MarketoClient,
    private readonly bindings: Bindings,
    private readonly settings: Settings,
  ) {}

  forget(): void {
    this.#bound.clear();
    this.#tables.clear();
    this.#binding = undefined;
    this.#readAt = Date.now();
  }

  entity(name: string): Entity {
    const entity = this.settings.entities.find((candidate) => candidate.name === name);
    if (entity) return entity;
    throw new ApiError({
      api: 'dynamics',
      operation: 'schema',
      kind: 'configuration',
      about: `${name} is not configured`,
    });
  }

  /** What preflight pinned of Marketo: read until it is there, then kept. */
  async marketoBinding(): Promise<MarketoBinding | undefined> {
    this.#binding ??= await this.bindings.get<MarketoBinding>('marketo');
    return this.#binding;
  }

  /** Our application user's id, where its edits are no changes (model/echo.ts). */
  async silentUser(): Promise<string | undefined> {
    if (this.settings.echo !== 'by-user') return undefined;
    this.#user ??= this.dynamics.organisation().then(({ userId }) => userId);
    // A failed read isn't kept.
    this.#user.catch(() => {
      this.#user = undefined;
    });
    return this.#user;
  }

  has(name: string): boolean {
    return this.settings.entities.some((entity) => entity.name === name);
  }

  async of(name: string): Promise<BoundEntity> {
    if (Date.now() - this.#readAt > KEEP_MS) this.forget();
    return keep(this.#bound, name, () => this.#bind(this.entity(name)));
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
    return keep(this.#tables, logicalName, () => this.dynamics.table(logicalName));
  }

  async #bind(entity: Entity): Promise<BoundEntity> {
    const table = await this.table(entity.name);
    const joined = entity.join ? await this.table(entity.join.table) : undefined;
    const path = await this.#path(entity);
    const fields = await this.#describe(entity, path);
    const { bound, dropped } = bindRules(
      entity.rules,
      { ...joined?.columns, ...table.columns },
      new Map(fields.map((field) => [field.name.toLowerCase(), field])),
    );
    const own = bound.filter(({ column }) => table.columns[column.logicalName]);
    mayBelong(entity, table, fields);
    const keys = own.map(({ column }) => columnKey(column));
    const also = [...entity.alsoRead, ...(entity.belongsTo ? [entity.belongsTo.column] : [])];
    for (const name of also) {
      const column = table.columns[name];
      if (column) keys.push(columnKey(column));
    }
    if (entity.join) keys.push(entity.join.by);
    if (table.columns.versionnumber) keys.push('versionnumber');
    const byTime = bound.some(({ rule }) => rule.conflict === 'newest');
    if (byTime && table.columns.modifiedon) keys.push('modifiedon');
    const author = table.columns[MODIFIED_BY];
    if (this.settings.echo === 'by-user' && author) keys.push(columnKey(author));
    return {
      entity,
      set: table.entitySetName,
      primaryId: table.primaryIdAttribute,
      select: [...new Set([table.primaryIdAttribute, ...keys])],
      joinSelect: bound.filter((field) => !own.includes(field)).map(({ column }) => columnKey(column)),
      fields: bound,
      dropped,
      tracked: table.changeTrackingEnabled && !entity.untracked,
      marketoFields: [
        ...new Set([
          ...bound.map(({ field }) => field.name),
          ...(entity.target.kind === 'person' ? ['id', 'externalCompanyId', ...Object.values(PERSON_IDENTITY)] : []),
          ...(entity.target.kind === 'object' ? [entity.target.key] : []),
          ...(entity.belongsTo ? [entity.belongsTo.link] : []),
          ...(byTime ? ['updatedAt'] : []),
        ]),
      ],
      path,
    };
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

/** Without its lookup, or without the link in Marketo, each of its rows would belong to nobody. @throws ApiError */
function mayBelong({ name, belongsTo, target }: Entity, table: TableMetadata, fields: readonly FieldMetadata[]): void {
  if (!belongsTo) return;
  const { column, link } = belongsTo;
  const fault = (api: 'dynamics' | 'marketo', about: string) =>
    new ApiError({ api, operation: 'schema', kind: 'configuration', about });
  if (!table.columns[column]) throw fault('dynamics', `${name} has no column ${column} (customEntities.belongsTo)`);
  const object = target.kind === 'object' ? target.path : name;
  if (!fields.some((field) => field.name.toLowerCase() === link.toLowerCase())) {
    // Links are frozen once a type is approved (marketo-api §6.4).
    throw fault(
      'marketo',
      `${object} has no link field ${link}: it was made for another owner; give the entity another name in Marketo`,
    );
  }
}

/** A failed read isn't kept. */
function keep<T>(cache: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const kept = cache.get(key);
  if (kept) return kept;
  const reading = read();
  cache.set(key, reading);
  reading.catch(() => cache.delete(key));
  return reading;
}
