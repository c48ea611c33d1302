import type { Row } from '../readers/dataverse';
import { DELETE, type Edit, inDynamics, inMarketo, NEW_RECORD, ON_MARKETO, type Tools } from './edit';
import type { Picker } from './pick';

const SALUTATION = 'Dr.';
const TITLE = 'Head of Demonstrations';
const PHONE = '+1 555 0100';
const NAME = 'Renamed';

/** `undefined` where the organisation has no row to show it on. */
type Maybe = Edit | undefined;

const when = <T>(row: T | undefined, edit: (row: T) => Edit): Maybe => (row === undefined ? undefined : edit(row));

/** What a day brings, each once; on rows of their own, so that no edit hides another. */
export async function editsFor(tools: Tools, pick: Picker): Promise<Edit[]> {
  const edits: Maybe[] = [
    ...people(tools, pick),
    ...(await ownersAndAccounts(tools, pick)),
    ...(await business(tools, pick)),
    ...fromMarketo(tools, pick),
  ];
  return edits.filter((edit) => edit !== undefined);
}

function people(tools: Tools, pick: Picker): Maybe[] {
  const { control } = tools;
  const reaches = (entity: 'lead' | 'contact') => ON_MARKETO[entity];
  return [
    when(pick.take('contact'), (row) =>
      inDynamics(
        tools,
        'contact',
        row,
        'a change',
        { jobtitle: TITLE },
        { field: 'title', kind: 'text', value: TITLE },
      ),
    ),
    when(
      pick.take('contact', (row) => Boolean(row.jobtitle)),
      (row) =>
        inDynamics(tools, 'contact', row, 'a clear', { jobtitle: null }, { field: 'title', kind: 'text', value: null }),
    ),
    when(
      pick.take('contact', (row) => row.donotbulkemail !== true),
      (row) =>
        inDynamics(
          tools,
          'contact',
          row,
          'a consent withdrawn',
          { donotbulkemail: true },
          { field: 'unsubscribed', kind: 'flag', value: true },
        ),
    ),
    when(
      pick.take('lead', (row) => row.statecode === 0),
      (row): Edit => {
        const id = String(row.leadid);
        return {
          side: 'dynamics',
          entity: 'lead',
          field: 'leadid',
          what: DELETE,
          make: async () => {
            await control.editDynamics({ op: 'delete', table: 'lead', id });
            return id;
          },
          arrives: { ...reaches('lead'), field: 'microsoftIsDeleted', kind: 'flag', value: true },
        };
      },
    ),
    {
      side: 'dynamics',
      entity: 'contact',
      field: 'contactid',
      what: NEW_RECORD,
      make: () =>
        control.editDynamics({
          op: 'create',
          table: 'contact',
          values: { firstname: 'Demo', lastname: 'Newcomer', emailaddress1: 'demo.newcomer@example.com' },
        }),
      arrives: { ...reaches('contact'), field: 'lastName', kind: 'text', value: 'Newcomer' },
    },
  ];
}

/** Lookups and options, whose other end has to be known. */
async function ownersAndAccounts(tools: Tools, pick: Picker): Promise<Maybe[]> {
  const { labels } = await tools.dataverse.shape('lead');
  const ratings = [...(labels.get('leadqualitycode') ?? [])];
  const user = pick.take('systemuser');
  const account = pick.take('account');
  const rated = pick.take('lead', (row) => row.statecode === 0);
  const rating = ratings.find(([code]) => code !== rated?.leadqualitycode);
  return [
    when(rated && rating && { rated, rating }, ({ rated, rating: [code, label] }) =>
      inDynamics(
        tools,
        'lead',
        rated,
        'an option',
        { leadqualitycode: code },
        { field: 'rating', kind: 'text', value: label },
      ),
    ),
    move(tools, 'an owner', '_ownerid_value', user?.systemuserid, 'systemuser', 'externalSalesPersonId', pick),
    move(
      tools,
      'a re-parented contact',
      '_parentcustomerid_value',
      account?.accountid,
      'account',
      'externalCompanyId',
      pick,
    ),
  ];
}

function move(
  tools: Tools,
  what: string,
  column: string,
  id: Row[string],
  type: string,
  field: string,
  pick: Picker,
): Maybe {
  if (!id) return undefined;
  const typeColumn = column.replace(/_value$/, '_type');
  return when(
    pick.take('contact', (row) => row[column] !== id),
    (row) =>
      inDynamics(
        tools,
        'contact',
        row,
        what,
        { [column]: id, [typeColumn]: type },
        { field, kind: 'id', value: String(id) },
      ),
  );
}

async function business(tools: Tools, pick: Picker): Promise<Maybe[]> {
  const stages = (await tools.dataverse.shape('opportunity')).labels.get('statecode');
  const won = stages?.get(1);
  return [
    when(pick.take('account'), (row) => {
      const name = `${NAME} ${row.name}`;
      return inDynamics(
        tools,
        'account',
        row,
        'a rename of an account',
        { name },
        { field: 'company', kind: 'text', value: name },
      );
    }),
    when(won === undefined ? undefined : pick.take('opportunity', (row) => row.statecode === 0), (row) =>
      inDynamics(
        tools,
        'opportunity',
        row,
        'a stage',
        { statecode: 1, statuscode: 3 },
        { field: 'stage', kind: 'text', value: won },
      ),
    ),
    when(pick.take('new_orderline'), (row) => {
      const quantity = Number(row.new_quantity ?? 0) + 7;
      return inDynamics(
        tools,
        'new_orderline',
        row,
        'an order line',
        { new_quantity: quantity },
        { field: 'quantity', kind: 'number', value: quantity },
      );
    }),
  ];
}

function fromMarketo(tools: Tools, pick: Picker): Maybe[] {
  return [
    when(
      pick.take('lead', (row) => row.statecode === 0),
      (row) =>
        inMarketo(tools, 'lead', row, 'a name', { firstName: NAME }, { field: 'firstname', kind: 'text', value: NAME }),
    ),
    when(
      pick.take('lead', (row) => row.statecode === 0 && Boolean(row.telephone1)),
      (row) =>
        inMarketo(tools, 'lead', row, 'a clear', { phone: null }, { field: 'telephone1', kind: 'text', value: null }),
    ),
    when(pick.take('contact'), (row) =>
      inMarketo(
        tools,
        'contact',
        row,
        'a phone',
        { phone: PHONE },
        { field: 'telephone1', kind: 'text', value: PHONE },
      ),
    ),
    when(
      pick.take('contact', (row) => row.donotbulkemail !== true),
      (row) =>
        inMarketo(
          tools,
          'contact',
          row,
          'a consent withdrawn',
          { unsubscribed: true },
          { field: 'donotbulkemail', kind: 'flag', value: true },
        ),
    ),
    when(pick.take('contact'), (row) =>
      inMarketo(
        tools,
        'contact',
        row,
        'a salutation',
        { salutation: SALUTATION },
        { field: 'salutation', kind: 'text', value: SALUTATION },
      ),
    ),
  ];
}
