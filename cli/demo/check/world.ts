import { EXPECTED } from '../expected/entities';
import { isEligible } from '../expected/exceptions';
import type { World } from '../expected/line';
import type { DataverseReader, Labels, Row } from '../readers/dataverse';

/** The whole Dynamics side, as the check needs it. */
export interface Dynamics extends World {
  /** All rows, eligible or not, by entity. */
  rows: ReadonlyMap<string, Row[]>;
  people: Map<string, number>;
}

/** Reads every row of these entities, all pages, and sorts out those that should be in Marketo. */
export async function readDynamics(reader: DataverseReader, entities: readonly string[]): Promise<Dynamics> {
  const rows = new Map<string, Row[]>();
  const labels = new Map<string, Labels>();
  const eligible = new Map<string, Map<string, Row>>();
  for (const { entity, lines, also } of EXPECTED) {
    if (!entities.includes(entity)) continue;
    const shape = await reader.shape(entity);
    const columns = [...new Set([...lines.flatMap((line) => line.columns), ...also])];
    const all = await reader.rows(entity, columns);
    rows.set(entity, all);
    labels.set(entity, shape.labels);
    const may = all.filter((row) => isEligible(entity, row));
    eligible.set(entity, new Map(may.map((row) => [String(row[shape.id]).toLowerCase(), row])));
  }
  // A qualified lead's person is the contact's now.
  for (const contact of eligible.get('contact')?.values() ?? []) {
    if (contact._originatingleadid_value)
      eligible.get('lead')?.delete(String(contact._originatingleadid_value).toLowerCase());
  }
  return {
    rows,
    people: new Map(),
    labels: (entity) => labels.get(entity) ?? new Map(),
    eligible: (entity) => eligible.get(entity) ?? new Map(),
  };
}
