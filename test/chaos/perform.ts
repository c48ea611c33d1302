import type { Control, Row } from '../../cli/check/stage/control';
import { id, TEAM, USER } from '../../cli/check/stage/organisation';
import type { Service } from '../../cli/check/stage/service';
import { passTime } from '../../cli/check/stage/time';
import type { Step } from './step';

/** How far into a slow call the edits of a race fall. */
const INTO_MS = 100;

const nth = <T>(all: readonly T[], number: number): T | undefined => all[number % Math.max(1, all.length)];

/** Carries out one step. What can't be done any more, because its row is gone, is left out. */
export async function perform(control: Control, service: Service, step: Step): Promise<void> {
  switch (step.do) {
    case 'fault':
      await control.fault(step.system, step.fault);
      return;
    case 'fault-about': {
      const contains = await textOf(control, step);
      if (contains) await control.fault(step.system, { ...step.fault, contains });
      return;
    }
    case 'tokens':
      await control.post(`/_sim/${step.system}/tokens/expire`, {});
      return;
    case 'expire':
      await control.settings('dynamics', { expireTokens: [step.table] });
      return;
    case 'cycle':
      await service.cycle();
      return;
    case 'look':
      await service.look();
      return;
    case 'write-back':
      await service.look();
      await service.writeBack(step.entity);
      return;
    case 'restart':
      await service.restart({ parent: step.parent });
      return;
    case 'die':
      service.mortal.dieAt({ count: step.count });
      return;
    case 'resync':
      if (service.entities.some(({ name }) => name === step.entity)) await service.reread(step.entity, 'resync');
      return;
    case 'late-page':
      if (!service.entities.some(({ name }) => name === step.entity)) return;
      service.between = async (_entity, page) => {
        if (page !== step.page) return;
        service.between = undefined;
        for (const edit of step.edits) await edits(control, edit);
        await service.look();
        await service.workOff();
      };
      await service.reread(step.entity, 'resync');
      service.between = undefined;
      return;
    case 'pass':
      await passTime(control, step.ms);
      return;
    case 'race': {
      await control.fault('marketo', step.slow);
      const cycle = service.cycle();
      await new Promise((resolve) => setTimeout(resolve, INTO_MS));
      for (const edit of step.edits) await edits(control, edit);
      await cycle;
      return;
    }
    default:
      await edits(control, step);
  }
}

/** What calls about a row have in them: a create its GUID, and an update of its person Marketo's id. */
async function textOf(
  control: Control,
  { table, row, by }: Extract<Step, { do: 'fault-about' }>,
): Promise<string | undefined> {
  const found = nth(await control.rows(table), row);
  const guid = found && String(found[`${table}id`]);
  if (guid === undefined || by === 'guid') return guid;
  const person = (await control.records('leads')).find(({ microsoftId }) => microsoftId === guid);
  return person && `"id":${String(person.id)}`;
}

/** An edit that the system itself refuses is nobody's, and is left out; anything else that goes wrong is a fault of the test. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof Error && / answered 400: /.test(error.message))) throw error;
}

/** What users and marketers do. */
async function edits(control: Control, step: Step): Promise<void> {
  const operations = await operationsOf(control, step);
  if (operations.dynamics) await control.editDynamics(...operations.dynamics).catch(unlessRefused);
  if (operations.marketo) await control.editMarketo(...operations.marketo).catch(unlessRefused);
}

async function operationsOf(control: Control, step: Step): Promise<{ dynamics?: object[]; marketo?: object[] }> {
  const row = async (table: string, number: number) => nth(await control.rows(table), number);
  const idOf = (table: string, found: Row | undefined) => found && String(found[`${table}id`]);
  const update = async (table: string, number: number, values: object) => {
    const guid = idOf(table, await row(table, number));
    return guid ? { dynamics: [{ op: 'update', table, id: guid, values }] } : {};
  };
  switch (step.do) {
    case 'dynamics':
      // The service's own user is nobody whose title changes.
      return update(step.table, step.table === 'systemuser' ? 0 : step.row, step.values);
    case 'dynamics-create':
      return {
        dynamics: [{ op: 'create', table: step.table, values: await newRow(control, step.table, step.number) }],
      };
    case 'dynamics-delete': {
      const guid = idOf(step.table, await row(step.table, step.row));
      return guid ? { dynamics: [{ op: 'delete', table: step.table, id: guid }] } : {};
    }
    case 'account': {
      const account = step.account === null ? undefined : idOf('account', await row('account', step.account));
      const values = account
        ? { _parentcustomerid_value: account, _parentcustomerid_type: 'account' }
        : { _parentcustomerid_value: null };
      return update('contact', step.row, values);
    }
    case 'owner':
      return update(step.table, step.row, {
        _ownerid_value: step.team ? TEAM : USER,
        _ownerid_type: step.team ? 'team' : 'systemuser',
      });
    case 'customer': {
      const guid = idOf(step.kind, await row(step.kind, step.row));
      return guid ? update('opportunity', step.opportunity, lookup('customerid', step.kind, guid)) : {};
    }
    case 'line': {
      const contact = step.contact === null ? undefined : idOf('contact', await row('contact', step.contact));
      return update('new_orderline', step.line, lookup('new_contactid', 'contact', contact));
    }
    case 'part': {
      const line = step.line === null ? undefined : idOf('new_orderline', await row('new_orderline', step.line));
      return update('new_part', step.part, lookup('new_lineid', 'new_orderline', line));
    }
    case 'role': {
      const contact = step.contact === null ? undefined : idOf('contact', await row('contact', step.contact));
      return update('opportunity', step.opportunity, { _parentcontactid_value: contact ?? null });
    }
    case 'connect': {
      const opportunity = idOf('opportunity', await row('opportunity', step.opportunity));
      const contact = idOf('contact', await row('contact', step.contact));
      const values = {
        _record1id_value: opportunity,
        _record1id_type: 'opportunity',
        _record2id_value: contact,
        _record2id_type: 'contact',
        _record2roleid_value: id('d0', 1),
      };
      return opportunity && contact ? { dynamics: [{ op: 'create', table: 'connection', values }] } : {};
    }
    case 'qualify': {
      const lead = await row('lead', step.lead);
      if (lead?.statecode !== 0) return {};
      const { firstname, lastname, emailaddress1 } = lead;
      return {
        dynamics: [
          { op: 'update', table: 'lead', id: lead.leadid, values: { statecode: 1, statuscode: 3 } },
          {
            op: 'create',
            table: 'contact',
            values: { firstname, lastname, emailaddress1, _originatingleadid_value: lead.leadid },
          },
        ],
      };
    }
    case 'member':
      return { dynamics: [{ op: step.add ? 'addMember' : 'removeMember', teamid: TEAM, systemuserid: USER }] };
    case 'marketo': {
      const person = nth(await control.records('leads'), step.person);
      return person ? { marketo: [{ op: 'update', id: Number(person.id), values: step.values }] } : {};
    }
    case 'marketo-create':
      return {
        marketo: [{ op: 'create', values: { email: step.email, firstName: 'Form', lastName: `Fill ${step.number}` } }],
      };
    case 'marketo-delete': {
      const person = nth(await control.records('leads'), step.person);
      return person ? { marketo: [{ op: 'delete', id: Number(person.id) }] } : {};
    }
    default:
      return {};
  }
}

const lookup = (column: string, type: string, guid: string | undefined) =>
  guid === undefined ? { [`_${column}_value`]: null } : { [`_${column}_value`]: guid, [`_${column}_type`]: type };

async function newRow(control: Control, table: string, number: number): Promise<object> {
  if (table === 'account') return { name: `New ${number}` };
  if (table === 'opportunity') {
    const account = nth(await control.rows('account'), number);
    return { name: `New ${number}`, _customerid_value: account?.accountid, _customerid_type: 'account' };
  }
  return { firstname: 'New', lastname: `Person ${number}`, emailaddress1: `new${number % 6}@example.com` };
}
