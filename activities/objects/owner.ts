import type { LinkState } from '../../clients/mongo/links';
import { type Targets, targetOf } from '../references';
import type { Candidate } from '../rows';
import type { BoundEntity } from '../schema';

/** The Marketo id that a custom row is written with, none where its lookup is empty; or the row that it waits for. */
export type Owner = { id?: number } | { missing: string } | { notEligible: string };

/** Whose record has gone, or may not be written to: nothing can be made that belongs to it. */
const GONE: ReadonlySet<LinkState> = new Set(['tombstone', 'merged', 'deleted']);
/** Has no record and is not about to get one. */
const NOT_EXPECTED: ReadonlySet<LinkState> = new Set(['excluded', 'frozen', 'refused', 'superseded']);

/**
 * A record belongs to the person or company that its row's lookup names; where that is another custom row, to the same as that row's
 * record: Marketo links a custom object to a person or a company only (marketo-api §6.4).
 */
export function ownerOf(bound: BoundEntity, { row }: Candidate, targets: Targets): Owner {
  const rule = bound.entity.belongsTo;
  const target = rule && targetOf(row, rule.column, rule.entity);
  if (!target) return {};
  const link = targets.get(target);
  if (!link) return { missing: target };
  if (GONE.has(link.state)) return { notEligible: target };
  if (link.marketoId === undefined) return NOT_EXPECTED.has(link.state) ? { notEligible: target } : { missing: target };
  const id = typeof link.marketoId === 'number' ? link.marketoId : link.owner;
  return id === undefined ? {} : { id };
}
