import type { CustomObjectType, FieldMetadata, MarketoRecord, ObjectPath } from '../../../clients/marketo/types';
import { Activities, type FeedSwitches } from './activities';
import type { Actor, Ledger } from './ledger';
import { COMPANY_FIELDS, fieldsAtFirst } from './metadata';
import { ObjectStore } from './objects';
import { clock } from './time';

/** Of the simulator's switches those that persons know (docs/simulators.md). */
export interface MarketoSwitches extends FeedSwitches {
  newLeadReady: 'atOnce' | 'afterTwoSeconds';
  nullsInReads: 'explicit' | 'absent';
  sameValueActivity: boolean;
  sameKeyInBatch: 'update' | 'duplicate' | 'refuse';
  createOnlyEmailClash: 'ignore' | 'refuse';
  mergeLosersInDeleted: boolean;
  mergeLogsChanges: boolean;
  mergeMovesRoles: boolean;
}

type Values = Record<string, unknown>;
export interface Person {
  id: number;
  values: Values;
  createdAt: number;
  updatedAt: number;
}

/** marketo-api §5.5 */
const [NEW_LEAD, CHANGE, MERGE, DELETE] = [12, 13, 32, 37];
const READY_MS = 2_000;

/** An instance's people and objects: what marketers do to them, and what the API does. */
export class Instance {
  readonly persons = new Map<number, Person>();
  readonly objects = new Map<string, ObjectStore>();
  readonly fields: Map<string, FieldMetadata[]> = fieldsAtFirst();
  readonly activities: Activities;
  #types = new Map<string, string>();
  /** As they were asked for. */
  #customObjects: CustomObjectType[] = [];
  #nextId = 1_001;

  constructor(
    private readonly ledger: Ledger,
    readonly switches: MarketoSwitches,
    repeats: boolean,
  ) {
    this.activities = new Activities(switches, repeats);
    const owner = (sent: Values) =>
      sent.externalSalesPersonId && !this.#of('salespersons').get(sent.externalSalesPersonId)
        ? { code: '1003', field: 'externalSalesPersonId' }
        : undefined;
    const company = (sent: Values) =>
      sent.externalCompanyId && !this.#of('companies').get(sent.externalCompanyId)
        ? { code: '1003', field: 'externalCompanyId' }
        : undefined;
    for (const store of [
      new ObjectStore(ledger, 'companies', ['externalCompanyId'], owner),
      new ObjectStore(ledger, 'salespersons', ['externalSalesPersonId']),
      new ObjectStore(ledger, 'opportunities', ['externalOpportunityId'], (sent, before) =>
        owner(sent)
          ? { code: '718' }
          : (company(sent) ?? (before === null && !sent.name ? { code: '1002', field: 'name' } : undefined)),
      ),
      new ObjectStore(ledger, 'opportunities/roles', ['externalOpportunityId', 'leadId', 'role'], (sent) =>
        !this.persons.has(Number(sent.leadId))
          ? { code: '1004' }
          : this.#of('opportunities').get(sent.externalOpportunityId)
            ? undefined
            : { code: '1013' },
      ),
    ])
      this.objects.set(store.path, store);
  }

  #of(path: string): ObjectStore {
    return this.objects.get(path) as ObjectStore;
  }

  /** Somebody whom nobody tells of: there before all else. */
  seed(values: Values): void {
    this.#insert(values, { by: 'data' });
  }

  create(values: Values, actor: Actor): Person {
    const person = this.#insert(values, actor);
    this.activities.add(NEW_LEAD, person.id);
    return person;
  }

  change(person: Person, sent: Values, actor: Actor): void {
    const before = person.values;
    const after = { ...before };
    for (const [name, value] of Object.entries(sent)) {
      const [from, to] = [before[name] ?? null, value === '' ? null : (value ?? null)];
      if (name === 'id' || (COMPANY_FIELDS.has(name) && (sent.externalCompanyId ?? before.externalCompanyId))) continue;
      // An unset boolean reads false: nobody sees a change.
      const same = from === to || (!from && to === false);
      after[name] = to;
      if (!same || this.switches.sameValueActivity) this.#log(person.id, name, from, to);
    }
    this.#store(person, before, after, actor);
  }

  remove(person: Person, actor: Actor, into?: Person): void {
    for (const role of this.#of('opportunities/roles').find('leadId', person.id))
      this.#of('opportunities/roles').remove(role, actor);
    this.persons.delete(person.id);
    const of = { table: 'leads', id: String(person.id), ...(into && { into: String(into.id) }) };
    this.ledger.version('marketo', of, actor, person.values, undefined);
    if (!into || this.switches.mergeLosersInDeleted) this.activities.add(DELETE, person.id);
  }

  /** The winner's values stay unless empty (marketo-api §4.5); what hung on the losers hangs on the winner. */
  merge(winner: Person, losers: readonly Person[], actor: Actor): void {
    const before = winner.values;
    const after = { ...before };
    for (const loser of losers) {
      for (const [name, value] of Object.entries(loser.values)) {
        if (value === null || (after[name] ?? null) !== null) continue;
        after[name] = value;
        if (this.switches.mergeLogsChanges) this.#log(winner.id, name, null, value);
      }
      const roles = this.#of('opportunities/roles');
      if (this.switches.mergeMovesRoles)
        for (const role of roles.find('leadId', loser.id)) roles.relink(role, { leadId: winner.id }, actor);
      for (const store of this.objects.values())
        if (store.path.startsWith('customobjects/'))
          for (const record of store.find('leadId', loser.id))
            store.sync('updateOnly', [{ ...record, leadId: winner.id }], actor);
      this.remove(loser, actor, winner);
    }
    this.#store(winner, before, after, actor);
    this.activities.add(MERGE, winner.id, [], { 'Merge IDs': losers.map(({ id }) => id) });
  }

  /** A person as a read shows it: of a company's fields those of its company. */
  view({ id, values, updatedAt }: Person, names: readonly string[]): MarketoRecord {
    const company = values.externalCompanyId ? this.#of('companies').get(values.externalCompanyId) : undefined;
    const booleans = this.#booleans();
    const shown: MarketoRecord = {};
    for (const name of names) {
      if (name === 'id') shown.id = id;
      else if (name === 'updatedAt') shown.updatedAt = new Date(updatedAt).toISOString();
      else {
        const value =
          (company && COMPANY_FIELDS.has(name) ? company[name] : values[name]) ?? (booleans.has(name) ? false : null);
        if (value !== null || this.switches.nullsInReads === 'explicit') shown[name] = value;
      }
    }
    return shown;
  }

  /** Persons that reads know already. */
  readable(): Person[] {
    const ready = this.switches.newLeadReady === 'atOnce' ? Number.POSITIVE_INFINITY : clock.now() - READY_MS;
    return [...this.persons.values()].filter(({ createdAt }) => createdAt <= ready);
  }

  createFields(fields: readonly { name: string; dataType: string }[]): void {
    const known = this.fields.get('leads') ?? [];
    const there = new Set(known.map(({ name }) => name));
    const made = fields.filter(({ name }) => !there.has(name));
    known.push(...made.map(({ name, dataType }) => ({ name, dataType, readOnly: false, ...LENGTHS[dataType] })));
  }

  /** All that it holds: what `load` takes. */
  dump() {
    return {
      persons: [...this.persons.values()],
      objects: Object.fromEntries([...this.objects].map(([path, store]) => [path, store.dump()])),
      fields: Object.fromEntries(this.fields),
      customObjects: this.#customObjects,
      activities: this.activities.dump(),
      nextId: this.#nextId,
    };
  }

  load({ persons, objects, fields, customObjects, activities, nextId }: ReturnType<Instance['dump']>): void {
    for (const type of customObjects) this.createCustomObject(type);
    for (const person of persons) this.persons.set(person.id, person);
    for (const [path, records] of Object.entries(objects)) this.#of(path as ObjectPath).load(records);
    for (const [name, known] of Object.entries(fields)) this.fields.set(name, known);
    this.activities.load(activities);
    this.#nextId = nextId;
  }

  get customObjects(): string[] {
    return [...this.#types.values()];
  }

  createCustomObject({ apiName, fields, ...names }: CustomObjectType): string {
    const name = `${apiName}_c`;
    if (this.#types.has(apiName)) return name;
    const key = fields.find(({ isDedupeField }) => isDedupeField)?.name ?? 'microsoftId';
    const link = (sent: Values) =>
      sent.leadId && !this.persons.has(Number(sent.leadId)) ? { code: '1004' } : undefined;
    this.#types.set(apiName, name);
    this.#customObjects.push({ apiName, fields, ...names });
    this.objects.set(`customobjects/${name}`, new ObjectStore(this.ledger, `customobjects/${name}`, [key], link));
    this.fields.set(
      `customobjects/${name}`,
      fields.map((field) => ({
        name: field.name,
        dataType: field.dataType,
        readOnly: false,
        ...LENGTHS[field.dataType],
      })),
    );
    return name;
  }

  #booleans(): ReadonlySet<string> {
    return new Set(this.fields.get('leads')?.flatMap(({ name, dataType }) => (dataType === 'boolean' ? [name] : [])));
  }

  #insert(values: Values, actor: Actor): Person {
    const now = clock.now();
    const person = { id: this.#nextId, values: { ...values }, createdAt: now, updatedAt: now };
    this.#nextId += 1;
    this.persons.set(person.id, person);
    this.ledger.version('marketo', { table: 'leads', id: String(person.id) }, actor, undefined, person.values);
    return person;
  }

  #store(person: Person, before: Values, after: Values, actor: Actor): void {
    person.values = after;
    person.updatedAt = clock.now();
    this.ledger.version('marketo', { table: 'leads', id: String(person.id) }, actor, before, after);
  }

  #log(leadId: number, name: string, from: unknown, to: unknown): void {
    const text = (value: unknown) => (value === null || value === undefined ? null : String(value));
    this.activities.add(CHANGE, leadId, [{ name, newValue: text(to), oldValue: text(from) }]);
  }
}

const LENGTHS: Readonly<Record<string, { length: number }>> = {
  string: { length: 255 },
  email: { length: 255 },
  phone: { length: 255 },
  text: { length: 30_000 },
};
