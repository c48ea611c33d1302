import type { DynamicsClient } from '../../../clients/dynamics/types';
import type { MarketoClient } from '../../../clients/marketo/types';
import { STORE_CALLS, type StoreCall, type StorePart } from '../../../clients/mongo/store-calls';

/** What each call does to its system: a new one has to say it. */
const DYNAMICS: Record<keyof DynamicsClient, StoreCall> = {
  organisation: 'read',
  table: 'read',
  readPage: 'read',
  follow: 'read',
  readByIds: 'read',
  count: 'read',
  patch: 'write',
  create: 'write',
  duplicates: 'read',
};
const MARKETO: Record<keyof MarketoClient, StoreCall> = {
  munchkinId: 'read',
  describeLeads: 'read',
  createLeadFields: 'write',
  leadsBy: 'read',
  syncLeads: 'write',
  deleteLeads: 'write',
  mergeLeads: 'write',
  listMembers: 'read',
  pagingToken: 'read',
  leadChanges: 'read',
  deletedLeads: 'read',
  activities: 'read',
  describeObject: 'read',
  queryObjects: 'read',
  syncObjects: 'write',
  deleteObjects: 'write',
  customObjects: 'read',
  createCustomObject: 'write',
  usage: 'read',
};
const CALLS: Readonly<Record<string, Readonly<Record<string, StoreCall>>>> = {
  ...STORE_CALLS,
  dynamics: DYNAMICS,
  marketo: MARKETO,
};

export const isVendor = (call: string): boolean => /^(dynamics|marketo)\./.test(call);

/**
 * Does the call change what is remembered, or one of the two systems?
 *
 * @param call such as `inbox.add`, `marketo.syncLeads`; what follows a blank (`sends`, `answered`) is a moment of the call
 * @throws Error for a call that nobody has declared
 */
export function changes(call: string): boolean {
  const [part = '', method = ''] = (call.split(' ')[0] ?? '').split('.');
  const declared = CALLS[part]?.[method];
  if (declared === undefined) throw new Error(`${call} is declared neither as a read nor as a write`);
  return declared === 'write';
}

/** Every writing call of the store, such as `inbox.add`. */
export const STORE_WRITES: readonly string[] = (Object.keys(STORE_CALLS) as StorePart[]).flatMap((part) =>
  Object.entries(STORE_CALLS[part]).flatMap(([method, what]) => (what === 'write' ? [`${part}.${method}`] : [])),
);
