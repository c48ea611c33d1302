import { blankRow } from '../blank';
import { type Database, isoSeconds } from '../database';
import type { Row } from '../types';
import { insertRow } from './insert';
import { type Random, random } from './random';
import { CITIES, COMPANIES, FIRST_NAMES, JOBS, LAST_NAMES, STREETS } from './words';

const FIRST_CREATED = Date.parse('2022-03-01T00:00:00Z');
const APART_MS = 137_000;
const DOMAINS = new Map(
  COMPANIES.map((company) => [company, `${company.toLowerCase().replace(/\W/g, '')}.example.com`]),
);

/** Puts `count` made-up rows into lead or contact; the same seed gives the same rows. */
export function generate(database: Database, table: string, count: number, seed = 1): number {
  if (table !== 'lead' && table !== 'contact')
    throw new Error(`rows of '${table}' cannot be generated; use lead or contact`);
  const store = database.store(table);
  const owners = [...database.store('systemuser').rows.values()].filter((row) => row.accessmode === 0);
  const ownerIds = owners.map((row) => row.systemuserid as string);
  const next = random(seed * 7919 + (table === 'lead' ? 1 : 2));
  for (let at = 0; at < count; at += 1) {
    const row = blankRow(store.table);
    if (table === 'lead') lead(row, next, at, seed);
    else contact(row, next, at, seed);
    row[store.table.primaryId] = next.guid();
    row._ownerid_value = ownerIds.length > 0 ? next.pick(ownerIds) : null;
    row._ownerid_type = 'systemuser';
    row.createdon = isoSeconds(FIRST_CREATED + (at % 500_000) * APART_MS);
    insertRow(database, store, row, at);
  }
  return count;
}

/** Columns are set one by one on a row that has them all: a spread of literals costs three times as much. */
function person(row: Row, next: Random, at: number, seed: number, domain: string): void {
  const firstname = next.pick(FIRST_NAMES);
  const lastname = next.pick(LAST_NAMES);
  const [city, state, country] = next.pick(CITIES);
  row.firstname = firstname;
  row.lastname = lastname;
  row.emailaddress1 = `${firstname}.${lastname}.${seed}.${at}@${domain}`.toLowerCase();
  row.jobtitle = next.pick(JOBS);
  row.telephone1 = `+1 ${200 + next.below(700)} 555 ${1000 + next.below(9000)}`;
  row.address1_line1 = `${1 + next.below(9000)} ${next.pick(STREETS)}`;
  row.address1_city = city;
  row.address1_stateorprovince = state;
  row.address1_postalcode = String(10_000 + next.below(89_000));
  row.address1_country = country;
  row.donotbulkemail = next.below(10) === 0;
  row.donotemail = next.below(50) === 0;
  row.donotphone = next.below(20) === 0;
}

function lead(row: Row, next: Random, at: number, seed: number): void {
  const company = next.pick(COMPANIES);
  person(row, next, at, seed, DOMAINS.get(company)!);
  row.companyname = company;
  row.subject = `Interest in product ${1 + next.below(40)}`;
  row.leadqualitycode = 1 + next.below(3);
  row.leadsourcecode = 1 + next.below(10);
  row.industrycode = 1 + next.below(33);
  row.numberofemployees = next.below(5000);
  row.revenue = next.below(100_000) * 1000;
  row.statecode = 0;
  row.statuscode = 1 + next.below(2);
}

function contact(row: Row, next: Random, at: number, seed: number): void {
  person(row, next, at, seed, 'people.example.com');
  const year = 1945 + next.below(60);
  const month = String(1 + next.below(12)).padStart(2, '0');
  const day = String(1 + next.below(28)).padStart(2, '0');
  row.birthdate = `${year}-${month}-${day}`;
  row.gendercode = 1 + next.below(2);
  row.familystatuscode = 1 + next.below(4);
  row.annualincome = next.below(200) * 1000;
  row.numberofchildren = next.below(5);
  row.statecode = 0;
  row.statuscode = 1;
}
