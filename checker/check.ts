import type { Counts } from './breach';
import type { Evidence } from './evidence';
import type { Breach, Report } from './report';
import { bridges } from './rules/bridges';
import { deletions } from './rules/deletions';
import { echoes } from './rules/echoes';
import { frozen } from './rules/frozen';
import { identity } from './rules/identity';
import { optOuts } from './rules/opt-outs';
import { plausible } from './rules/plausible';
import { roles } from './rules/roles';
import { rows } from './rules/rows';
import { twins } from './rules/twins';
import { values } from './rules/values';
import { World } from './world';

/** Finds every breach of the promises in what both systems recorded. Pure: it reads nothing but its argument. */
export function check(evidence: Evidence): Report {
  const world = new World(evidence);
  const counts: Counts = { records: 0, fields: 0, excepted: 0 };
  const breaches: Breach[] = [
    ...rows(world, counts),
    ...roles(world, counts),
    ...bridges(world),
    ...values(world),
    ...echoes(world),
    ...frozen(world),
    ...optOuts(world),
    ...twins(world),
    ...identity(world),
    ...deletions(world),
    ...plausible(world),
  ];
  return {
    records: counts.records,
    versions: world.dynamics.versions + world.marketo.versions,
    fields: counts.fields,
    excepted: counts.excepted,
    breaches,
  };
}
