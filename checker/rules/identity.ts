import { breach, type Found } from '../breach';
import { isMade, type RecordHistory, type Version } from '../history/record';
import { guid, type World } from '../world';

/** Whom the service wrote to: a person that is nobody's, or another row's, is not to be touched, and an identity changes by rule only. */
export function* identity(world: World): Found {
  for (const person of world.marketo.table('leads').values()) {
    for (const version of person.versions) {
      if (!version.ours || version.kind === 'delete') continue;
      const after = guid(person.value('microsoftId', version.seq));
      if (version.kind === 'create') continue;
      const before = guid(person.value('microsoftId', version.seq - 1));
      if (after !== '' && isJustGiven(world, person, version)) continue;
      if (after === '' || (after !== before && !mayBecome(world, person, before, after, version))) {
        const entity = world.ownerOf(person, version.seq)?.entity.name ?? 'person';
        if (after === '' && isJustTaken(world, person, version)) continue;
        yield breach(
          'duplicated',
          entity,
          after || person.id,
          after === ''
            ? 'the service wrote to a person that belongs to nobody'
            : 'the person was given the identity of a row that it does not belong to',
          { seq: version.seq },
        );
      }
    }
  }
}

const READ_PERSONS = 'GET /rest/v1/leads.json';

/**
 * Others gave the person its identity between our read of it and our write, as a merge in Marketo does: there is no write there that depends on
 * what is being overwritten.
 */
function isJustGiven(world: World, person: RecordHistory, { seq, received }: Version): boolean {
  const given = person.moments('microsoftId').findLast((moment) => moment.seq < seq);
  if (!given?.value || given.ours) return false;
  return !world.marketo.calls.readBetween(given.seq, received, READ_PERSONS);
}

/** Others took the identity away between our read of the person and our write. */
function isJustTaken(world: World, person: RecordHistory, { seq, received }: Version): boolean {
  const taken = person.moments('microsoftId').findLast((moment) => moment.seq < seq);
  if (!taken || taken.ours || taken.version.kind === 'create') return false;
  return !world.marketo.calls.readBetween(taken.seq, received, READ_PERSONS);
}

function mayBecome(world: World, person: RecordHistory, before: string, after: string, version: Version): boolean {
  const entities = world.evidence.map.entities.filter(({ kind }) => kind === 'person');
  const row = entities.map(({ name }) => world.row(name, after)).find((one) => one !== undefined);
  if (!row) return false;
  const formerly = entities.map(({ name }) => world.row(name, before)).find((one) => one !== undefined);
  // Made of the person, which had no row, or none any more.
  if (isMade(row) && !formerly?.alive(version.seq)) return true;
  if (before === '') return isAdoption(world, person, row, version);
  // A lead that became a contact, and the mergers of Dynamics.
  if (row.moments('_originatingleadid_value').some(({ value }) => guid(value) === before)) return true;
  return formerly !== undefined && (wentInto(world, formerly, row) || wentInto(world, row, formerly));
}

const wentInto = (world: World, loser: RecordHistory, winner: RecordHistory): boolean =>
  [...world.losersTo(winner)].some((one) => one.loser === loser);

/** By e-mail, where the policy says so; a person that had carried the row's id before is its own again. */
function isAdoption(world: World, person: RecordHistory, row: RecordHistory, version: Version): boolean {
  if (person.moments('microsoftId').some(({ value, seq }) => guid(value) === row.id && seq < version.seq)) return true;
  if (world.evidence.map.adoption !== 'adopt') return false;
  const mails = (record: RecordHistory, field: string) =>
    record.moments(field).flatMap(({ value, seq }) => {
      const address = String(value ?? '')
        .trim()
        .toLowerCase();
      return address !== '' && seq <= version.seq ? [address] : [];
    });
  const known = new Set(mails(row, 'emailaddress1'));
  return mails(person, 'email').some((address) => known.has(address));
}
