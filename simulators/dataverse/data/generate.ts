import { blankRow } from '../blank';
import { type Database, isoSeconds } from '../database';
import type { Row } from '../types';
import { insertRow } from './insert';
import { type Random, random } from './random';
import { CITIES, COMPANIES, FIRST_NAMES, JOBS, LAST_NAMES, STREETS } from './words';

const FIRST_CREATED = Date.parse('2022-03-01T00:00:00Z');
const APART_MS = 137_000;

/** Puts `count` made-up rows into lead or contact; the same seed gives the same rows. */
export function generate(database: Database, table: string, count: number, seed = 1): number {
  if (table !== 'lead' && table !== 'contact')
    throw new Error(`rows of '${table}' cannot be generated; use lead or contact`);
  const store = database.store(table);
  const owners = [...database.store('systemuser').rows.values()].filter((row) => row.accessmode === 0);
  const ownerIds = owners.map((row) => row.systemuserid as string);
  const next = random(seed * 7919 + (table === 'lead' ? 1 : 2));
  for (let at = 0; at < count; at += 1) {
    const row = Object.assign(blankRow(store.table), table === 'lead' ? lead(next, at, seed) : contact(next, at, seed));
    row[store.table.primaryId] = next.guid();
    row._ownerid_value = ownerIds.length > 0 ? next.pick(ownerIds) : null;
    row._ownerid_type = 'systemuser';
    row.createdon = isoSeconds(FIRST_CREATED + (at % 500_000) * APART_MS);
    insertRow(database, store, row, at);
  }
  return count;
}

function person(next: Random, at: number, seed: number, domain: string): Row {
  const firstname = next.pick(FIRST_NAMES);
  const lastname = next.pick(LAST_NAMES);
  const [city, state, country] = next.pick(CITIES);
  return {
    firstname,
    lastname,
    emailaddress1: `${firstname}.${lastname}.${seed}.${at}@${domain}`.toLowerCase(),
    jobtitle: next.pick(JOBS),
    telephone1: `+1 ${200 + next.below(700)} 555 ${String(next.below(10_000)).padStart(4, '0')}`,
    address1_line1: `${1 + next.below(9000)} ${next.pick(STREETS)}`,
    address1_city: city,
    address1_stateorprovince: state,
    address1_postalcode: String(10_000 + next.below(89_000)),
    address1_country: country,
    donotbulkemail: next.below(10) === 0,
    donotemail: next.below(50) === 0,
    donotphone: next.below(20) === 0,
  };
}

function lead(next: Random, at: number, seed: number): Row {
  const company = next.pick(COMPANIES);
  return {
    ...person(next, at, seed, `${company.toLowerCase().replace(/\W/g, '')}.example.com`),
    companyname: company,
    subject: `Interest in product ${1 + next.below(40)}`,
    leadqualitycode: 1 + next.below(3),
    leadsourcecode: 1 + next.below(10),
    industrycode: 1 + next.below(33),
    numberofemployees: next.below(5000),
    revenue: next.below(100_000) * 1000,
    statecode: 0,
    statuscode: 1 + next.below(2),
  };
}

function contact(next: Random, at: number, seed: number): Row {
  const year = 1945 + next.below(60);
  const month = String(1 + next.below(12)).padStart(2, '0');
  const day = String(1 + next.below(28)).padStart(2, '0');
  return {
    ...person(next, at, seed, 'people.example.com'),
    birthdate: `${year}-${month}-${day}`,
    gendercode: 1 + next.below(2),
    familystatuscode: 1 + next.below(4),
    annualincome: next.below(200) * 1000,
    numberofchildren: next.below(5),
    statecode: 0,
    statuscode: 1,
  };
}
