import { breach, type Found } from '../breach';
import type { RecordHistory } from '../history/record';
import type { CheckedEntity, CheckedLine } from '../map';
import { type Comparable, EMPTY, ofDynamics, ofMarketo } from '../value/comparable';
import { fitsDynamics, fitsMarketo } from '../value/fits';
import { guid, type World } from '../world';
import { type Event, judgeEpisode } from './episode';
import { columnOf, holderOf, type Told, toldByDynamics, toldByMarketo } from './line';
import { wasLosers } from './losers';

/** Equal at the end, and the value that the rule says. */
export function* judgeValue(
  world: World,
  entity: CheckedEntity,
  row: RecordHistory,
  record: RecordHistory,
  line: CheckedLine,
): Found {
  const holder = holderOf(world, entity, row, line);
  if (!holder?.alive()) return;
  const labels = world.evidence.labels[entity.name];
  const dynamics = ofDynamics(line, holder.value(columnOf(line)), labels);
  const marketo = ofMarketo(line, record.value(line.field));
  const where = { field: line.field, seq: Math.max(holder.last()?.seq ?? 0, record.last()?.seq ?? 0) };
  if (dynamics !== marketo) {
    const at = Math.max(holder.last()?.at ?? 0, record.last()?.at ?? 0);
    if (world.isYoung(entity, at) || world.isYoung(line, at)) return;
    yield breach('different', entity.name, row.id, 'the two sides differ, and nothing is listed', where);
    return;
  }
  if (line.direction !== 'both' || line.ofCompany) return;
  const verdict = judgeEpisode(...episodeOf(world, entity, row, record, line));
  if (verdict && !verdict.may.has(verdict.final) && !wasLosers(world, row, line, verdict.final))
    yield breach(
      'lost',
      entity.name,
      row.id,
      'an edit was lost: both sides hold another value than the rule says',
      where,
    );
}

/** From the moment at which the record became the row's. What was before is where both started. */
function episodeOf(
  world: World,
  entity: CheckedEntity,
  row: RecordHistory,
  record: RecordHistory,
  line: CheckedLine,
): Parameters<typeof judgeEpisode> {
  const became = record.moments(entity.key).findLast(({ value }, at, all) => {
    return guid(value) === row.id && (at === 0 || guid(all[at - 1]?.value) !== row.id);
  });
  const paired = became?.seq ?? record.born()?.seq ?? 0;
  const made = record.born()?.seq === paired && became?.ours === true;
  const byDynamics = toldByDynamics(world, entity, row, line);
  const byMarketo = toldByMarketo(record, line);
  const isKeptBack = mayBeKeptBack(world, entity, line);
  const before = (told: typeof byMarketo, seq: number) => told.findLast((one) => one.seq <= seq);
  // Others enter the very value that a call without an answer had sent: it may pass for that call's own.
  const mayPassForOurs = (side: 'dynamics' | 'marketo', { seq, value }: Told) => {
    const sent = side === 'dynamics' ? byMarketo : byDynamics;
    return world[side].calls.openWrites(seq).some((call) => before(sent, call)?.value === value);
  };
  const former = world.carriersOf(entity.object, row.id).filter((person) => person !== record);
  // Adopted: what the person held before is one side of a merge without a base.
  const first = {
    dynamics: before(byDynamics, paired) ?? byDynamics[0],
    marketo: before(byMarketo, made ? paired : paired - 1) ?? byMarketo[0],
  };
  const start = {
    dynamics: first.dynamics?.value ?? EMPTY,
    marketo: first.marketo?.value ?? EMPTY,
    made,
    doubtful:
      (['dynamics', 'marketo'] as const).some((side) => {
        const told = first[side];
        return told !== undefined && isKeptBack(side, told.value, told.raw);
      }) ||
      became?.ours !== true ||
      // Another row's before: what had been agreed with that one may count.
      record
        .moments(entity.key)
        .some(({ seq, value }) => seq < paired && guid(value) !== '' && guid(value) !== row.id) ||
      former.length > 0 ||
      !isSure(world, 'marketo', became.version.call),
    // What had been agreed with a person that was merged into this one.
    agreed: former.flatMap((person) => toldByMarketo(person, line).map(({ value }) => value)),
  };
  const events = [
    ...byDynamics.filter(({ seq }) => seq > paired).map((told) => ({ ...told, side: 'dynamics' as const })),
    ...byMarketo
      .filter(({ seq }) => (made ? seq > paired : seq >= paired))
      .map((told) => ({ ...told, side: 'marketo' as const })),
  ]
    .sort((a, b) => a.seq - b.seq)
    .map(
      ({ side, ...told }): Event => ({
        seq: told.seq,
        side,
        value: told.value,
        ours: told.ours,
        clear: told.ours ? isSure(world, side, told.call) : !isKeptBack(side, told.value, told.raw),
        ...(!told.ours && mayPassForOurs(side, told) && { passesForOurs: true as const }),
      }),
    );
  const consent = line.consent === true;
  const rule = line.conflict ?? (consent ? 'most-restrictive' : entity.winner);
  return [start, events, { winner: entity.winner, rule, consent }];
}

/** Did the service get the answer, and live long enough to remember it? */
function isSure(world: World, side: 'dynamics' | 'marketo', call: number | undefined): boolean {
  return world[side].calls.isClear(call) && !world.diedBeforeKnowing(side, call);
}

/** Could the other side refuse what this one holds? By what each side says of itself, and by its own metadata. */
function mayBeKeptBack(
  world: World,
  entity: CheckedEntity,
  line: CheckedLine,
): (side: 'dynamics' | 'marketo', value: Comparable, raw: unknown) => boolean {
  const options = Object.values(world.evidence.labels[entity.name]?.[line.column] ?? {});
  return (side, value, raw) =>
    side === 'dynamics' ? !fitsMarketo(line, value, raw) : !fitsDynamics(line, value, raw, options);
}
