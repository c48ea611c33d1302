import { breach, type Found } from '../breach';
import { wire } from '../history/interest';
import type { RecordHistory, Version } from '../history/record';
import { guid, type World } from '../world';
import { type Write, writesOf } from './writes';

/** Writes that nothing called for: at rest, and those that change nothing though nothing had happened since the last one. */
export function* echoes(world: World): Found {
  for (const write of writesOf(world)) {
    const { entity, row, version } = write;
    const { restSince } = world.evidence;
    if (restSince !== undefined && version.received >= restSince && !isDueLater(world, write)) {
      yield breach('echoed', entity.name, row.id, 'written while both systems were at rest', { seq: version.seq });
    } else if (version.empty && isIdle(world, write)) {
      yield breach('echoed', entity.name, row.id, 'written again though nothing had happened since the last write', {
        seq: version.seq,
      });
    }
  }
}

/** Entities that are looked at now and then only: the edit may be older than the rest. */
function isDueLater(world: World, write: Write): boolean {
  if (write.entity.settleSeconds === undefined) return false;
  return related(world, write).some((record) =>
    record.versions.some(({ ours, at }) => !ours && world.isYoung(write.entity, at)),
  );
}

/** Had anything happened since the service's last write to that record which could have led to this one? */
function isIdle(world: World, write: Write): boolean {
  const { target, version } = write;
  const last = target.versions.findLast(({ ours, seq }) => ours && seq < version.seq);
  if (!last) return false;
  const between = ({ seq }: Version) => seq > last.received && seq < version.seq;
  // Any failure in between may have made an attempt run again, and what it had written already is written once more.
  if (world.dynamics.calls.failedBetween(last.received, version.seq)) return false;
  if (world.marketo.calls.failedBetween(last.received, version.seq)) return false;
  if ((world.evidence.interrupted ?? []).some((seq) => seq > last.received && seq < version.seq)) return false;
  return !related(world, write).some((record) =>
    record.versions.some((one) => between(one) && (record === target ? !one.ours : !isMirror(record, write, one))),
  );
}

/** Of the pair itself only what others wrote counts; of what it refers to, everything. */
const isMirror = (record: RecordHistory, { row, target }: Write, { ours }: Version): boolean =>
  ours && (record === row || record === target);

/** The pair, and what the row refers to on both sides. */
function related(world: World, { entity, row, target }: Write): RecordHistory[] {
  const found = new Set<RecordHistory>([row, target, ...world.carriersOf(entity.object, row.id)]);
  const refer = (name: string, id: unknown) => {
    const other = world.entities.get(name);
    const there = world.row(name, guid(id));
    if (there) found.add(there);
    if (other) for (const record of world.carriersOf(other.object, guid(id))) found.add(record);
  };
  for (const line of entity.lines)
    if (line.references) for (const { value } of row.moments(wire(line.column))) refer(line.references, value);
  if (entity.belongsTo)
    for (const { value } of row.moments(wire(entity.belongsTo.column))) refer(entity.belongsTo.entity, value);
  if (entity.join) refer(entity.join.table, row.value(entity.join.by));
  refer('contact', row.value(wire('customerid')));
  refer('lead', row.value('_originatingleadid_value'));
  refer('team', row.value('_ownerid_value'));
  for (const contact of world.contactsOf(row.id)) found.add(contact);
  return [...found];
}
