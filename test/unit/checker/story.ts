import {
  type Breach,
  type CallEntry,
  type CheckedEntity,
  type CheckedLine,
  type CheckedMap,
  check,
  type Entry,
  type Evidence,
  type Exception,
  type VersionEntry,
} from '../../../checker/index';

export const SERVICE = 'api:the-service';

const text = (column: string, field: string, more: Partial<CheckedLine> = {}): CheckedLine => ({
  column,
  field,
  direction: 'both',
  kind: 'text',
  ...more,
});

const PERSON: CheckedLine[] = [
  text('jobtitle', 'title'),
  text('emailaddress1', 'email', { kind: 'email' }),
  text('donotphone', 'doNotCall', { kind: 'flag', consent: true }),
  text('statecode', 'leadStatus', { kind: 'option', direction: 'to-marketo' }),
  text('mkt_leadscore', 'leadScore', { kind: 'number', direction: 'to-dynamics' }),
  text('parentcustomerid', 'externalCompanyId', { kind: 'lookup', direction: 'to-marketo', references: 'account' }),
];

const person = (name: string, type: 'Lead' | 'Contact', winner: 'dynamics' | 'marketo'): CheckedEntity => ({
  name,
  kind: 'person',
  object: 'leads',
  key: 'microsoftId',
  type,
  lines: PERSON,
  whenDeleted: 'flag',
  winner,
});

/** A map of two-way persons, one-way accounts and opportunities, roles, and a custom object. */
export const MAP: CheckedMap = {
  entities: [
    {
      name: 'account',
      kind: 'object',
      object: 'companies',
      key: 'externalCompanyId',
      lines: [text('name', 'company', { direction: 'to-marketo' })],
      whenDeleted: 'ignore',
      winner: 'dynamics',
    },
    person('lead', 'Lead', 'marketo'),
    person('contact', 'Contact', 'dynamics'),
    {
      name: 'opportunity',
      kind: 'object',
      object: 'opportunities',
      key: 'externalOpportunityId',
      lines: [text('name', 'name', { direction: 'to-marketo' })],
      whenDeleted: 'delete',
      winner: 'dynamics',
    },
    {
      name: 'connection',
      kind: 'roles',
      object: 'roles',
      key: 'externalOpportunityId',
      lines: [],
      whenDeleted: 'delete',
      winner: 'dynamics',
    },
    {
      name: 'new_orderline',
      kind: 'object',
      object: 'customobjects/order_c',
      key: 'microsoftId',
      lines: [text('new_name', 'name', { direction: 'to-marketo' })],
      whenDeleted: 'delete',
      winner: 'dynamics',
      belongsTo: { column: 'new_contactid', entity: 'contact', link: 'leadId' },
    },
    {
      name: 'new_part',
      kind: 'object',
      object: 'customobjects/part_c',
      key: 'microsoftId',
      lines: [],
      whenDeleted: 'delete',
      winner: 'dynamics',
      belongsTo: { column: 'new_lineid', entity: 'new_orderline', link: 'leadId' },
    },
  ],
  adoption: 'adopt',
  filterColumn: 'new_synctomkto',
  parentContactRoles: true,
  placeholderCompany: 'no-account',
  personTeam: 'customobjects/personTeam_c',
};

type Values = Record<string, unknown>;
type System = 'dynamics' | 'marketo';

/** Writes two ledgers by hand: who did what, in order. Values are what each version set; the old ones follow. */
export class Story {
  readonly dynamics: Entry[] = [];
  readonly marketo: Entry[] = [];
  parked: Exception[] = [];
  map: CheckedMap = MAP;
  restSince: number | undefined;
  private seq = 0;
  private readonly now = new Map<string, Values>();

  /** The number that the next entry gets. */
  get next(): number {
    return this.seq + 1;
  }

  /** Someone else's edit. */
  edit(system: System, table: string, id: string, values: Values, kind?: VersionEntry['kind']): this {
    const by = system === 'dynamics' ? 'user' : 'marketer';
    this.version(system, table, id, values, by, undefined, kind);
    return this;
  }

  remove(system: System, table: string, id: string): this {
    return this.edit(system, table, id, {}, 'delete');
  }

  /** A call of the service with one write in it; `during` happens before it is committed. */
  write(system: System, table: string, id: string, values: Values, options: WriteOptions = {}): this {
    const begun = this.tick();
    options.during?.(this);
    this.version(system, table, id, values, SERVICE, begun, options.kind, options.into);
    options.after?.(this);
    const { status = 200, fault } = options;
    this.call(system, begun, true, status, fault === undefined ? {} : { fault });
    return this;
  }

  /** A call of the service with these records in it, that fails. */
  fail(
    system: System,
    keys: string[],
    status = 503,
    { write = true, ...more }: Partial<Pick<CallEntry, 'write' | 'records' | 'code'>> = {},
  ): this {
    this.call(system, this.tick(), write, status, { keys, ...more });
    return this;
  }

  /** The service reads something; at this endpoint, what is or what has changed. */
  read(system: System, more: Partial<Pick<CallEntry, 'endpoint' | 'changes' | 'fault'>> = {}): this {
    this.call(system, this.tick(), false, 200, more);
    return this;
  }

  /** A call of the service that is to write something, and is not answered. */
  lose(system: System): this {
    this.call(system, this.tick(), true, 0, { fault: 'lost-before' });
    return this;
  }

  /** @param fields what was sent */
  refuse(system: System, table: string, key: string, code: string, fields: string[] = []): this {
    const of = system === 'dynamics' ? { id: key } : { key };
    this.of(system).push({
      kind: 'refused',
      seq: this.tick(),
      at: this.seq * 1_000,
      table,
      by: SERVICE,
      code,
      fields,
      ...of,
    });
    return this;
  }

  /** From here on nothing is due. */
  rest(): this {
    this.restSince = this.next;
    return this;
  }

  breaches(): Breach[] {
    return check(this.evidence()).breaches;
  }

  /** `clause entity id field?`, without what it says. */
  found(): string[] {
    return this.breaches().map(({ clause, entity, id, field }) =>
      [clause, entity, id, ...(field === undefined ? [] : [field])].join(' '),
    );
  }

  evidence(): Evidence {
    return {
      dynamics: this.dynamics,
      marketo: this.marketo,
      map: this.map,
      labels: { contact: { statecode: { 0: 'Active', 1: 'Inactive' } }, lead: { statecode: { 0: 'Open' } } },
      parked: this.parked,
      service: { dynamics: SERVICE, marketo: SERVICE },
      ...(this.restSince === undefined ? {} : { restSince: this.restSince }),
    };
  }

  private of(system: System): Entry[] {
    return system === 'dynamics' ? this.dynamics : this.marketo;
  }

  private tick(): number {
    this.seq += 1;
    return this.seq;
  }

  private call(system: System, seq: number, write: boolean, status: number, more: Partial<CallEntry> = {}): void {
    const entry: CallEntry = {
      kind: 'call',
      seq,
      ended: this.tick(),
      at: seq * 1_000,
      endedAt: this.seq * 1_000,
      by: SERVICE,
      method: write ? 'POST' : 'GET',
      endpoint: 'x',
      status,
      write,
      ...more,
    };
    this.of(system).push(entry);
  }

  private version(
    system: System,
    table: string,
    id: string,
    values: Values,
    by: string,
    call?: number,
    kind?: VersionEntry['kind'],
    into?: string,
  ): void {
    const seq = this.tick();
    const key = `${system}/${table}/${id}`;
    const before = this.now.get(key);
    const is = kind ?? (before ? 'update' : 'create');
    const changes: VersionEntry['changes'] = {};
    for (const [name, value] of Object.entries(is === 'delete' ? (before ?? {}) : values)) {
      const old = before?.[name] ?? null;
      const now = is === 'delete' ? null : value;
      if (old !== now) changes[name] = [old, now];
    }
    if (is === 'delete') this.now.delete(key);
    else this.now.set(key, { ...before, ...values });
    const entry: VersionEntry = { kind: is, seq, at: seq * 1_000, table, id, by, changes };
    this.of(system).push({ ...entry, ...(call !== undefined && { call }), ...(into !== undefined && { into }) });
  }
}

interface WriteOptions {
  kind?: VersionEntry['kind'];
  /** What the connection made of it; 0: it died. */
  status?: number;
  /** What struck it. */
  fault?: string;
  /** Of a merge's loser: the person that it went into. */
  into?: string;
  /** Between the call's arrival and its commit. */
  during?: (story: Story) => void;
  /** Between its commit and its answer. */
  after?: (story: Story) => void;
}

/** A contact `c1` and its person `1`, made by the service: title "old" on both sides. */
export const pairedContact = (): Story =>
  new Story()
    .edit('dynamics', 'contact', 'c1', { jobtitle: 'old', statecode: 0 })
    .read('dynamics')
    .write('marketo', 'leads', '1', {
      microsoftId: 'c1',
      microsoftType: 'Contact',
      title: 'old',
      leadStatus: 'Active',
    });

/** A lead `l1` and its person `1`. */
export const pairedLead = (): Story =>
  new Story()
    .edit('dynamics', 'lead', 'l1', { jobtitle: 'old', statecode: 0 })
    .read('dynamics')
    .write('marketo', 'leads', '1', {
      microsoftId: 'l1',
      microsoftType: 'Lead',
      title: 'old',
      leadStatus: 'Open',
    });

/** The same story, with one field's line another. */
export function ruled(story: Story, field: string, more: Partial<CheckedLine>): Story {
  const lineOf = (line: CheckedLine) => (line.field === field ? { ...line, ...more } : line);
  story.map = {
    ...story.map,
    entities: story.map.entities.map((entity) => ({ ...entity, lines: entity.lines.map(lineOf) })),
  };
  return story;
}
