import type { Row } from '../../cli/check/stage/control';
import { id, TEAM, USER } from '../../cli/check/stage/organisation';
import type { EditStep, Systems } from './step';

/** What a step comes to: operations of one of the two systems, or nothing where what it needs is gone. */
export type Operations = { dynamics?: object[]; marketo?: object[] };

const nth = <T>(all: readonly T[], number: number): T | undefined => all[number % Math.max(1, all.length)];
const NOTHING: Operations = {};

interface Deleted {
  table: string;
  guid: string;
  values: Row;
}

/** Columns that come back with a row; what is left is the system's own, or empty. */
const KEPT = new RegExp(
  `^(${[
    'firstname|lastname|emailaddress1|jobtitle|telephone1|companyname|subject|donot\\w+|description|name|address1_(line1|city)',
    'statecode|statuscode|merged|new_synctomkto|_(masterid|originatingleadid|parentcontactid)_value',
    '_(ownerid|parentcustomerid|customerid|record1id|record2id)_(value|type)|_record2roleid_value',
  ].join('|')})$`,
);

/** Turns steps into operations; remembers what was deleted, so that it can be restored. */
export class Hands {
  #deleted: Deleted[] = [];

  constructor(private readonly systems: Systems) {}

  /** Carries a step out; an edit that the system itself refuses is nobody's, and is left out. */
  async perform(step: EditStep): Promise<void> {
    const { dynamics, marketo } = await this.operations(step);
    if (dynamics) await this.systems.editDynamics(...dynamics).catch(unlessRefused);
    if (marketo) await this.systems.editMarketo(...marketo).catch(unlessRefused);
  }

  async operations(step: EditStep): Promise<Operations> {
    switch (step.do) {
      case 'edit':
        // The service's own user is nobody whose title changes.
        return this.#update(step.table, step.table === 'systemuser' ? 0 : step.row, step.values);
      case 'create':
        return { dynamics: [{ op: 'create', table: step.table, values: await this.#newRow(step.table, step.number) }] };
      case 'delete': {
        const row = await this.#row(step.table, step.row);
        if (!row) return NOTHING;
        this.#deleted.push({ table: step.table, guid: guidOf(step.table, row), values: row });
        return { dynamics: [{ op: 'delete', table: step.table, id: guidOf(step.table, row) }] };
      }
      case 'restore':
        return this.#restore(step.number);
      case 'reparent': {
        const account = step.account === null ? undefined : await this.#row('account', step.account);
        const to = account && guidOf('account', account);
        return this.#update('contact', step.row, {
          _parentcustomerid_value: to ?? null,
          ...(to && { _parentcustomerid_type: 'account' }),
        });
      }
      case 'reassign':
        return this.#update(step.table, step.row, {
          _ownerid_value: step.team ? TEAM : USER,
          _ownerid_type: step.team ? 'team' : 'systemuser',
        });
      case 'filter':
        return this.#update(step.table, step.row, { new_synctomkto: step.on });
      case 'qualify':
        return this.#qualify(step.lead, step.into);
      case 'merge':
        return this.#merge(step.table, step.winner, step.loser);
      case 'role': {
        const contact = step.contact === null ? undefined : await this.#row('contact', step.contact);
        const to = contact ? guidOf('contact', contact) : null;
        return this.#update('opportunity', step.opportunity, { _parentcontactid_value: to });
      }
      case 'connect':
        return this.#connect(step.opportunity, step.contact);
      case 'reconnect': {
        const ends = await this.#ends(step.opportunity, step.contact);
        return ends
          ? this.#update('connection', step.row, {
              ...ends,
              statecode: step.active ? 0 : 1,
              statuscode: step.active ? 1 : 2,
            })
          : NOTHING;
      }
      case 'marketo-edit': {
        const person = nth(await this.systems.records('leads'), step.person);
        return person ? { marketo: [{ op: 'update', id: Number(person.id), values: step.values }] } : NOTHING;
      }
      case 'marketo-edit-of': {
        const row = await this.#row(step.table, step.row);
        const person = row && (await this.#personOf(guidOf(step.table, row)));
        return person ? { marketo: [{ op: 'update', id: Number(person.id), values: step.values }] } : NOTHING;
      }
      case 'marketo-create': {
        const values = { email: step.email, firstName: 'Form', lastName: `Fill ${step.number}` };
        return { marketo: [{ op: 'create', values }] };
      }
      case 'marketo-delete': {
        const person = nth(await this.systems.records('leads'), step.person);
        return person ? { marketo: [{ op: 'delete', id: Number(person.id) }] } : NOTHING;
      }
      case 'marketo-merge': {
        const people = await this.systems.records('leads');
        const winner = nth(people, step.winner);
        const loser = nth(people, step.loser);
        if (!winner || !loser || winner === loser) return NOTHING;
        return { marketo: [{ op: 'merge', winner: Number(winner.id), losers: [Number(loser.id)] }] };
      }
    }
  }

  async #row(table: string, number: number): Promise<Row | undefined> {
    return nth(await this.systems.rows(table), number);
  }

  /** Of the row that a step means. */
  async guidOf(table: string, number: number): Promise<string | undefined> {
    const row = await this.#row(table, number);
    return row && guidOf(table, row);
  }

  async #personOf(guid: string): Promise<Row | undefined> {
    return (await this.systems.records('leads')).find(({ microsoftId }) => String(microsoftId).toLowerCase() === guid);
  }

  async #update(table: string, number: number, values: object): Promise<Operations> {
    const row = await this.#row(table, number);
    return row ? { dynamics: [{ op: 'update', table, id: guidOf(table, row), values }] } : NOTHING;
  }

  async #restore(number: number): Promise<Operations> {
    const found = nth(this.#deleted, number);
    if (!found) return NOTHING;
    const { table, guid } = found;
    const values = Object.fromEntries(Object.entries(found.values).filter(([name]) => KEPT.test(name)));
    this.#deleted = this.#deleted.filter((one) => one !== found);
    return { dynamics: [{ op: 'create', table, id: guid, values }] };
  }

  /** The lead is closed; a new contact says where it comes from, one that is there is named by the lead (dataverse-api §9.1). */
  async #qualify(number: number, into: number | null): Promise<Operations> {
    const lead = await this.#row('lead', number);
    if (lead?.statecode !== 0) return NOTHING;
    const contact = into === null ? undefined : await this.#row('contact', into);
    const named = contact ? { _parentcontactid_value: contact.contactid } : {};
    const values = { statecode: 1, statuscode: 3, ...named };
    const closed = { op: 'update', table: 'lead', id: lead.leadid, values };
    if (contact) return { dynamics: [closed] };
    const { firstname, lastname, emailaddress1 } = lead;
    const made = { firstname, lastname, emailaddress1, _originatingleadid_value: lead.leadid };
    return { dynamics: [closed, { op: 'create', table: 'contact', values: made }] };
  }

  async #merge(table: string, first: number, second: number): Promise<Operations> {
    const rows = (await this.systems.rows(table)).filter(({ statecode }) => statecode === 0);
    const winner = nth(rows, first);
    const loser = nth(rows, second);
    if (!winner || !loser || winner === loser) return NOTHING;
    return { dynamics: [{ op: 'merge', table, winner: guidOf(table, winner), loser: guidOf(table, loser) }] };
  }

  async #connect(opportunity: number, contact: number): Promise<Operations> {
    const ends = await this.#ends(opportunity, contact);
    if (!ends) return NOTHING;
    const values = { ...ends, _record2roleid_value: id('d0', 1) };
    return { dynamics: [{ op: 'create', table: 'connection', values }] };
  }

  async #ends(opportunity: number, contact: number): Promise<Row | undefined> {
    const from = await this.#row('opportunity', opportunity);
    const to = await this.#row('contact', contact);
    if (!from || !to) return undefined;
    return {
      _record1id_value: from.opportunityid,
      _record1id_type: 'opportunity',
      _record2id_value: to.contactid,
      _record2id_type: 'contact',
    };
  }

  async #newRow(table: string, number: number): Promise<object> {
    if (table === 'account') return { name: `New ${number}` };
    if (table === 'opportunity') {
      const account = await this.#row('account', number);
      return { name: `New ${number}`, _customerid_value: account?.accountid ?? null, _customerid_type: 'account' };
    }
    return { firstname: 'New', lastname: `Person ${number}`, emailaddress1: `new${number % 6}@example.com` };
  }
}

const guidOf = (table: string, row: Row): string => String(row[`${table}id`]);

/** Anything else that goes wrong is a fault of the test. */
export function unlessRefused(error: unknown): void {
  if (!(error instanceof Error && / answered 400: /.test(error.message))) throw error;
}
