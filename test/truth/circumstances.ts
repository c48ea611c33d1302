import { contact, id, lead, ORDER_LINE, ORDER_LINES, organisation } from '../../cli/check/stage/organisation';
import type { WorldOptions } from '../../cli/check/stage/world';
import type { Schedule, Scope } from './schedule';

/** Entities that are synced, by scope; custom entities aside. */
const ENTITIES: Record<Scope, readonly string[]> = {
  persons: ['lead', 'contact'],
  accounts: ['lead', 'contact', 'systemuser', 'team', 'teammembership', 'account'],
  all: ['lead', 'contact', 'systemuser', 'team', 'teammembership', 'account', 'opportunity', 'connection'],
};
const EVERY = ENTITIES.all;

/** Marketo fields of persons that no step touches: what takes time is fields times rows times cycles. */
const LEFT_OUT = [
  ...['microsoftCreatedDate', 'salutation', 'middleName', 'mobilePhone', 'fax', 'address', 'state', 'country'],
  ...['postalCode', 'microsoftStatusReason', 'microsoftDoNotEmail', 'microsoftDoNotFax', 'microsoftAddress2'],
  ...['microsoftDoNotSendMarketingMaterial', 'microsoftAddress3', 'microsoftHomePhone', 'leadScore', 'priority'],
  ...['urgency', 'relativeScore'],
];
/** Of a lead's alone. */
const OF_LEADS = ['rating', 'annualRevenue'];
/** They refer to what is not synced. */
const REFERENCES = ['externalSalesPersonId', 'externalCompanyId'];

/** The contents of sync.config.yaml. */
export function configOf({ scope, adoption, whenDeleted, conflicts }: Schedule): NonNullable<WorldOptions['config']> {
  const person = (more: readonly string[]) => ({
    whenDeleted,
    conflicts,
    without: [...LEFT_OUT, ...more, ...(scope === 'persons' ? REFERENCES : [])],
  });
  const disabled = EVERY.filter((name) => !ENTITIES[scope].includes(name));
  return {
    adoption,
    entities: {
      ...Object.fromEntries(disabled.map((name) => [name, { enabled: false }])),
      lead: person(OF_LEADS),
      contact: person([]),
    },
    ...(scope === 'all' && { customEntities: [ORDER_LINES, LINE_NOTES] }),
  };
}

/** A custom table of a custom table: its records belong to whom those of the first belong to. */
export const LINE_NOTES = {
  name: 'new_linenote',
  marketo: 'microsoftLineNote',
  displayName: 'Line Note',
  pluralName: 'Line Notes',
  belongsTo: { column: 'new_orderlineid', entity: 'new_orderline' },
  fields: [{ dynamics: 'new_text', marketo: 'text' }],
};
export const LINE_NOTE = id('02', 1);

/** What lies in Dynamics before the sync begins: people whose filter says yes, no and nothing, and one qualified lead. */
export function rowsAtFirst(): Record<string, object[]> {
  const { lead: leads = [], contact: contacts = [], ...others } = organisation();
  return {
    ...others,
    new_linenote: [{ new_linenoteid: LINE_NOTE, new_text: 'Send with the frame', _new_orderlineid_value: ORDER_LINE }],
    lead: [...leads, lead(3, { new_synctomkto: null }), lead(4, { new_synctomkto: true })],
    contact: [...contacts, contact(4), contact(5), contact(6, { new_synctomkto: false })],
  };
}

/** And in Marketo: somebody whom a row may adopt. */
export const PEOPLE_AT_FIRST: readonly object[] = [
  { email: 'lead3@example.com', unsubscribed: true, phone: '+1 555 0199' },
];

/** Who is there before the sync begins has been there for a while: no transaction can be open that holds a lower version. */
export const BEFORE_MS = 20 * 60_000;
