import type { Control } from '../control';
import { EXPECTED } from '../expected/entities';
import type { DataverseReader } from '../readers/dataverse';
import type { MarketoReader } from '../readers/marketo';
import { checkPersonTeams, PERSON_TEAM_OBJECT } from './person-teams';
import { compareRecords, findExtra } from './records';
import { type CheckResult, Tally } from './result';
import { checkRoles } from './roles';
import { type Dynamics, readDynamics } from './world';

export interface Checked {
  results: CheckResult[];
  /** Rows of Dynamics, eligible or not, by entity. */
  rows: Record<string, number>;
}

/** A placeholder for people whose account was cleared: a person can't leave a company (marketo-api §4.4). */
const PLACEHOLDER = 'no-account';

/**
 * Both ends against each other, every row and field of these entities.
 * @param deleted people whose rows the demo has deleted: they stay in Marketo, flagged
 */
export async function check(
  readers: { dataverse: DataverseReader; marketo: MarketoReader; control: Control },
  entities: readonly string[],
  deleted: ReadonlySet<string>,
  say: (text: string) => void,
): Promise<Checked> {
  const { dataverse, marketo, control } = readers;
  say('reading Dynamics');
  const dynamics = await readDynamics(dataverse, entities);
  const results: CheckResult[] = [];
  for (const { entity, object, key, lines } of EXPECTED) {
    if (!entities.includes(entity)) continue;
    say(`comparing ${entity}`);
    const tally = new Tally(entity);
    results.push(tally);
    await compareRecords(marketo, dynamics, { object, key, lines }, dynamics.eligible(entity), tally);
    if (object === 'leads') continue;
    const rows = dynamics.eligible(entity);
    findExtra(await recordsOf(control, object), key, (id) => rows.has(id) || id === PLACEHOLDER, tally);
  }
  if (entities.includes('team')) {
    say('comparing owning teams');
    const [tally, owned] = await checkPersonTeams(marketo, dynamics);
    results.push(tally);
    findExtra(await recordsOf(control, PERSON_TEAM_OBJECT), 'microsoftId', (id) => owned.has(id), tally);
  }
  if (entities.includes('connection')) {
    say('comparing contact roles');
    results.push(await checkRoles(dataverse, marketo, control, dynamics));
  }
  say('looking for people too many');
  await findExtraPeople(control, dynamics, deleted, results);
  return { results, rows: Object.fromEntries([...dynamics.rows].map(([entity, rows]) => [entity, rows.length])) };
}

/** An object that was never needed need not exist. */
async function recordsOf(control: Control, object: string): ReturnType<Control['records']> {
  try {
    return await control.records(object);
  } catch {
    return object.startsWith('customobjects/') ? await control.records(`${object}_c`).catch(() => []) : [];
  }
}

async function findExtraPeople(
  control: Control,
  dynamics: Dynamics,
  deleted: ReadonlySet<string>,
  results: readonly CheckResult[],
): Promise<void> {
  const people = await control.records('leads');
  for (const type of ['Lead', 'Contact']) {
    const entity = type.toLowerCase();
    const tally = results.find((result) => result.entity === entity);
    if (!(tally instanceof Tally)) continue;
    const rows = dynamics.eligible(entity);
    const ours = people.filter((person) => person.microsoftType === type);
    const unflagged = ours.filter(
      (person) => !(person.microsoftIsDeleted === true && deleted.has(String(person.microsoftId).toLowerCase())),
    );
    findExtra(unflagged, 'microsoftId', (id) => rows.has(id), tally);
  }
}
