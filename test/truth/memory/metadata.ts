import type { DataverseMetadata } from '../../../cli/check/dataverse-metadata';
import type { MarketoMetadata } from '../../../cli/check/marketo-metadata';
import type { TableMetadata } from '../../../clients/dynamics/types';
import type { FieldMetadata } from '../../../clients/marketo/types';
import type { Column } from '../../../model/bind';
import { columnsOf, fieldsOf } from '../../unit/model/builders';
import { COLUMNS, FIELDS } from '../../unit/model/metadata';

const lookup = { type: 'Lookup' };
const FILTERED = { new_synctomkto: { type: 'Boolean' } };
const PERSON = { ...FILTERED, merged: { type: 'Boolean' }, masterid: lookup };

/** Columns besides those of the default maps. */
const MORE: Readonly<Record<string, Record<string, Omit<Column, 'logicalName'>>>> = {
  systemuser: {
    applicationid: { type: 'Uniqueidentifier' },
    accessmode: { type: 'Integer' },
    isdisabled: { type: 'Boolean' },
  },
  account: FILTERED,
  lead: { ...PERSON, parentcontactid: lookup },
  contact: { ...PERSON, originatingleadid: lookup },
  opportunity: { ...FILTERED, parentcontactid: lookup },
  connection: { record1id: lookup, record2id: lookup, record2roleid: lookup, statecode: { type: 'State' } },
  connectionrole: { name: { type: 'String' } },
  new_orderline: { ...FILTERED, new_contactid: lookup },
  new_linenote: { ...FILTERED, new_orderlineid: lookup, new_text: { type: 'String', maxLength: 100 } },
};
const ALWAYS = { modifiedon: { type: 'DateTime' }, versionnumber: { type: 'BigInt' } };
/** Those of a membership's user are in the default map's columns. */
const JOINED = ['fullname', 'internalemailaddress'];
const UNTRACKED = new Set(['teammembership', 'connectionrole']);

export const TABLES = [...new Set([...Object.keys(COLUMNS), ...Object.keys(MORE)])];

function tableOf(name: string): TableMetadata {
  const own = Object.entries(COLUMNS[name] ?? {}).filter(
    ([column]) => name !== 'teammembership' || !JOINED.includes(column),
  );
  const columns = {
    ...Object.fromEntries(own),
    ...columnsOf({ ...MORE[name], ...ALWAYS, [`${name}id`]: { type: 'Uniqueidentifier' } }),
  };
  return {
    logicalName: name,
    entitySetName: `${name}s`,
    primaryIdAttribute: `${name}id`,
    changeTrackingEnabled: !UNTRACKED.has(name),
    columns: Object.fromEntries(
      Object.entries(columns).map(([key, column]) => [key, { ...column, validForUpdate: true }]),
    ),
  };
}

export const TABLE_METADATA: ReadonlyMap<string, TableMetadata> = new Map(TABLES.map((name) => [name, tableOf(name)]));

/** Fields of a company, which its people show as their own. */
export const COMPANY_FIELDS: ReadonlySet<string> = new Set(
  [...(FIELDS.account?.values() ?? [])].map(({ name }) => name).filter((name) => !name.startsWith('external')),
);

const ROLE = fieldsOf([
  ['externalOpportunityId', 'string', 50],
  ['leadId', 'integer'],
  ['role', 'string', 50],
  ['isPrimary', 'boolean'],
]);

/** Person fields that preflight has to make. */
const MADE = /^microsoft/;

/** Fields of a new instance, by object. */
export function fieldsAtFirst(): Map<string, FieldMetadata[]> {
  const of = (name: string) => [...(FIELDS[name]?.values() ?? [])];
  return new Map([
    [
      'leads',
      of('lead')
        .filter(({ name }) => !MADE.test(name))
        .concat(COMPANY_ONLY),
    ],
    ['companies', of('account')],
    ['salespersons', of('systemuser')],
    ['opportunities', of('opportunity')],
    ['opportunities/roles', [...ROLE.values()]],
  ]);
}

const COMPANY_ONLY = [{ name: 'id', dataType: 'integer', readOnly: true }];

function checkedTable(name: string): Awaited<ReturnType<DataverseMetadata['table']>> {
  const columns = Object.entries(TABLE_METADATA.get(name)?.columns ?? {});
  return {
    columns: new Map(
      columns.map(([column, { type, typeName, maxLength, dateOnly }]) => [
        column,
        {
          type: typeName === 'MultiSelectPicklistType' ? 'MultiSelectPicklist' : type,
          ...(maxLength !== undefined && { length: maxLength }),
          ...(dateOnly !== undefined && { dateOnly }),
        },
      ]),
    ),
    labels: Object.fromEntries(columns.flatMap(([column, { options }]) => (options ? [[column, options]] : []))),
  };
}
const CHECKED = new Map(TABLES.map((name) => [name, checkedTable(name)]));

/** The same metadata as the checker takes it (cli/check/map.ts). */
export const checkedDynamics: Pick<DataverseMetadata, 'table'> = {
  table: async (name) => CHECKED.get(name) ?? checkedTable(name),
};

export const checkedMarketo = (instance: {
  fields: ReadonlyMap<string, FieldMetadata[]>;
  customObjects: string[];
}): Pick<MarketoMetadata, 'customObjects' | 'fields'> => ({
  customObjects: async () => instance.customObjects,
  fields: async (object) =>
    new Map((instance.fields.get(object) ?? []).map((field) => [field.name.toLowerCase(), field])),
});
