import { type Outcome, parkedShould } from './outcome';
import { table } from './screen';

/** The result as tables. */
export function summary(outcome: Outcome): string[] {
  const { checked, status, imported, rest, seconds } = outcome;
  const rows = checked.results.map((result) => {
    const { entity, records, fields, different, missing, extra } = result;
    return [
      entity,
      records,
      fields,
      different,
      missing,
      extra,
      status.entities[entity]?.parked ?? '',
      parkedShould(outcome, entity),
    ];
  });
  const counts = [...imported].map(([entity, { total, eligible, created, updated, unchanged }]) => [
    entity,
    total,
    eligible,
    created,
    updated,
    unchanged,
  ]);
  return [
    ...table(['import', 'source', 'eligible', 'created', 'updated', 'unchanged'], counts),
    '',
    ...table(['check', 'records', 'fields', 'different', 'missing', 'extra', 'parked', 'by hand'], rows),
    '',
    `  at rest: ${rest.cycles} cycles, ${rest.writes} writes`,
    `  servers ${seconds.servers} s, import ${seconds.import} s, total ${seconds.total} s`,
  ];
}
