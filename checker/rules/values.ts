import { breach, type Found } from '../breach';
import { isMade, type RecordHistory } from '../history/record';
import type { CheckedLine } from '../map';
import { EMPTY, ofDynamics, ofMarketo } from '../value/comparable';
import { guid, type World } from '../world';
import { columnOf, type Told, toldByDynamics, toldByMarketo } from './line';
import { wasLosers } from './losers';
import { sourcesOf, type Write, writesOf } from './writes';

/** What the service wrote, field by field: values that nobody ever held, older ones, and ones sent back to where they came from. */
export function* values(world: World): Found {
  for (const write of writesOf(world)) {
    if (write.version.kind === 'delete') continue;
    for (const line of write.entity.lines) {
      const name = write.side === 'marketo' ? line.field : columnOf(line);
      if (!(name in write.version.changes) || line.joined || line.ofCompany) continue;
      yield* judgeWrite(world, write, line);
    }
  }
}

function* judgeWrite(world: World, write: Write, line: CheckedLine): Found {
  const { side, version, entity, row } = write;
  const where = { field: line.field, seq: version.seq };
  const wrongWay = side === 'marketo' ? 'to-dynamics' : 'to-marketo';
  if (line.direction === wrongWay) {
    // A new record is given no such field, but may be born with a default.
    if (version.kind === 'update')
      yield breach('echoed', entity.name, row.id, 'written to the side that the field comes from', where);
    return;
  }
  const [was, is] = version.changes[side === 'marketo' ? line.field : columnOf(line)] ?? [];
  if (version.kind === 'update' && was !== is && isRespelt(was, is))
    yield breach('echoed', entity.name, row.id, 'the service wrote a text that was there, in other characters', where);
  const source = toldBySource(world, write, line);
  const own = toldByTarget(world, write, line);
  const [name, value] =
    side === 'marketo'
      ? [line.field, ofMarketo(line, version.changes[line.field]?.[1])]
      : [columnOf(line), ofDynamics(line, version.changes[columnOf(line)]?.[1], world.evidence.labels[entity.name])];
  // Born without a value: it was kept back, or not sent.
  if (version.kind === 'create' && value === EMPTY) return;
  const before = source.filter(({ seq }) => seq < version.seq);
  // What a write of ours overtook is put back: never more than the last thing that others had said there.
  const repaired = own.findLast((told) => !told.ours && told.seq < version.seq)?.value === value;
  const losers = () => wasLosers(world, row, line, value, version.seq);
  const held = () => before.some((told) => told.value === value) || losers();
  if (!line.references && !repaired && !held()) {
    yield breach('different', entity.name, row.id, 'the service wrote a value that neither side had held', where);
    return;
  }
  if (!repaired && isOlder(world, write, line, name, value, source) && !losers())
    yield breach(
      'backwards',
      entity.name,
      row.id,
      'an older value was written after a newer one had been settled',
      where,
    );
  const since = pairedBefore(world, write);
  const copies = before.filter(({ seq }) => seq >= since);
  const sentBack = version.kind === 'update' && isSentBack(own, copies, version.seq, value);
  if (sentBack && !losers())
    yield breach('echoed', entity.name, row.id, 'the service sent its own copy back to where it came from', where);
}

/** The same text, composed here and decomposed there. */
const isRespelt = (was: unknown, is: unknown): boolean =>
  typeof was === 'string' && typeof is === 'string' && was.normalize('NFC') === is.normalize('NFC');

function toldBySource(world: World, write: Write, line: CheckedLine): Told[] {
  const { side, entity, row } = write;
  if (side === 'marketo') return toldByDynamics(world, entity, row, line);
  // What a person held before it was the row's, it told the row when it became its own.
  return sourcesOf(world, write)
    .flatMap((person) => {
      const paired = pairedAt(person, entity.key, row);
      return toldByMarketo(person, line).map((told) => ({ ...told, seq: Math.max(told.seq, paired) }));
    })
    .sort((a, b) => a.seq - b.seq);
}

function toldByTarget(world: World, { side, entity, row, target }: Write, line: CheckedLine): Told[] {
  return side === 'marketo' ? toldByMarketo(target, line) : toldByDynamics(world, entity, row, line);
}

/**
 * Was a newer version of the source settled by a call that had ended before this one was received? Each write of ours is matched with the
 * first version of the source that it may have come from, so that a value that came twice is never taken for the newer one. What we wrote
 * to the source is settled as well.
 */
function isOlder(
  world: World,
  { side, target, version, entity, row }: Write,
  line: CheckedLine,
  name: string,
  value: string,
  source: readonly Told[],
): boolean {
  let settled = -1;
  for (const earlier of target.versions) {
    if (earlier.seq >= version.seq) break;
    const change = earlier.changes[name];
    if (!earlier.ours || !change || world[side].calls.ended(earlier.call) > version.received) continue;
    // The person had been another row's.
    if (side === 'marketo' && earlier.seq < pairedAt(target, entity.key, row)) continue;
    const wrote =
      side === 'marketo' ? ofMarketo(line, change[1]) : ofDynamics(line, change[1], world.evidence.labels[entity.name]);
    const at = source.findIndex((told, index) => index >= settled && told.seq < earlier.seq && told.value === wrote);
    if (at > settled) settled = at;
  }
  if (side === 'marketo') settled = Math.max(settled, ownLast(world, source, version.received));
  if (settled < 0) return false;
  const held = source.flatMap((told, index) => (told.seq < version.seq && told.value === value ? [index] : []));
  return held.length > 0 && held.every((index) => index < settled);
}

/** What we last wrote to the row ourselves, and knew: only a version that we had read can be written over, so all before it is older. */
const ownLast = ({ dynamics: { calls } }: World, source: readonly Told[], received: number): number =>
  source.findLastIndex(({ ours, call }) => ours && calls.isClear(call) && calls.ended(call) <= received);

/** Since when a person is the row's; one that the row was made of (a push) has been so from the start. */
const pairedAt = (person: RecordHistory, key: string, row: RecordHistory): number =>
  isMade(row) ? -1 : (person.moments(key).find(({ value }) => guid(value) === row.id)?.seq ?? -1);

/** Since when what this write comes from is the row's: what a person was told as another row's is no copy of this one. */
function pairedBefore(world: World, write: Write): number {
  if (write.side === 'marketo') return -1;
  return Math.min(...sourcesOf(world, write).map((person) => pairedAt(person, write.entity.key, write.row)));
}

/** The other side's newest value is our copy of what this side once held, and this side has moved on since. */
function isSentBack(own: readonly Told[], source: readonly Told[], seq: number, value: string): boolean {
  const copy = source.at(-1);
  if (!copy?.ours || copy.value !== value) return false;
  const original = own.findLast((told) => !told.ours && told.seq < copy.seq && told.value === value);
  const moved = own.some((told) => !told.ours && told.seq > copy.seq && told.seq < seq && told.value !== value);
  return original !== undefined && moved;
}
