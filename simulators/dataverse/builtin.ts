import { ENTRA } from '../entra/credentials';
import type { Database } from './database';
import { ORGANIZATION_ID } from './organisation';
import type { Row } from './types';

export const BUSINESS_UNIT_ID = '1c5e8f3a-94d2-4b7c-8a16-5f0e6d2b9c41';
export const APPLICATION_USER_ID = 'a4b9d6e1-3c72-4f58-b0a9-7d1c2e8f6a53';
export const LEGACY_USER_ID = 'c81f5a2d-7e46-4b93-a5d0-9b3f4e6c1d27';
export const CURRENCY_ID = '6e2d9b4c-1a83-4f57-9c0e-8d5b7f3a2e16';

/** Rows every organisation has, sample or none: itself, a business unit, a currency, the service's own two users. */
export function addBuiltinRows(database: Database): void {
  const stamps = {
    createdon: '2016-01-04T09:00:00Z',
    modifiedon: '2016-01-04T09:00:00Z',
    _createdby_value: null,
    _modifiedby_value: null,
  };
  const user = { _businessunitid_value: BUSINESS_UNIT_ID, isdisabled: false, accessmode: 4, islicensed: false };
  const rows: [string, Row][] = [
    [
      'organization',
      {
        organizationid: ORGANIZATION_ID,
        name: 'simulated',
        expirechangetrackingindays: 7, // the documented default (dataverse-api §4.4)
        languagecode: 1033,
      },
    ],
    ['businessunit', { businessunitid: BUSINESS_UNIT_ID, name: 'simulated', isdisabled: false }],
    [
      'transactioncurrency',
      {
        transactioncurrencyid: CURRENCY_ID,
        currencyname: 'US Dollar',
        isocurrencycode: 'USD',
        currencysymbol: '$',
        exchangerate: 1,
        currencyprecision: 2,
      },
    ],
    [
      'systemuser',
      {
        ...user,
        systemuserid: APPLICATION_USER_ID,
        firstname: 'Marketo',
        lastname: 'Synchronisation',
        fullname: 'Marketo Synchronisation',
        internalemailaddress: null,
        domainname: 'marketo-synchronisation@example.com',
        applicationid: ENTRA.clientId,
      },
    ],
    [
      'systemuser',
      {
        ...user,
        systemuserid: LEGACY_USER_ID,
        firstname: 'Marketo',
        lastname: 'Legacy',
        fullname: 'Marketo Legacy',
        internalemailaddress: ENTRA.username,
        domainname: ENTRA.username,
        applicationid: null,
      },
    ],
  ];
  for (const [table, row] of rows) database.put(database.store(table), { ...row, ...stamps });
}
