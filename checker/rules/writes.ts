import type { RecordHistory, Version } from '../history/record';
import type { CheckedEntity } from '../map';
import { guid, type World } from '../world';

/** A version that the service wrote, and the row that it was written for. */
export interface Write {
  side: 'dynamics' | 'marketo';
  /** The record that was written: a row of Dynamics or a record of Marketo. */
  target: RecordHistory;
  version: Version;
  entity: CheckedEntity;
  row: RecordHistory;
}

/** Each version that the service wrote, on either side, for a row that is known. */
export function* writesOf(world: World): Generator<Write> {
  for (const record of world.marketo.records()) {
    const entities = world.entitiesOf(record.table);
    if (entities.length === 0) continue;
    for (const version of record.versions) {
      if (!version.ours) continue;
      for (const entity of entities) {
        const row = world.row(entity.name, guid(record.value(entity.key, version.seq)));
        if (row) yield { side: 'marketo', target: record, version, entity, row };
      }
    }
  }
  for (const entity of world.evidence.map.entities)
    for (const row of world.rows(entity.name).values())
      for (const version of row.versions)
        if (version.ours) yield { side: 'dynamics', target: row, version, entity, row };
}

/** The records that the row's values went to and came from, in the order of their making. */
export function sourcesOf(world: World, { side, entity, row }: Write): readonly RecordHistory[] {
  return side === 'marketo' ? [row] : world.carriersOf(entity.object, row.id);
}
