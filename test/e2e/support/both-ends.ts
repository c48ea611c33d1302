import { check } from '../../../cli/demo/check/run';
import type { SmallOrganisation } from './environment';

/** What the configuration of these tests syncs. */
export const ENTITIES = [
  'systemuser',
  'team',
  'teammembership',
  'account',
  'lead',
  'contact',
  'opportunity',
  'connection',
  'new_orderline',
] as const;

export interface Compared {
  /** Ids and fields of the first few that are wrong. */
  wrong: string[];
  /** Records that both sides have, by entity. */
  records: Record<string, number>;
}

/**
 * Every row against its record, field by field, and records that nobody should have made. It reads over HTTP and shares no code with the
 * service.
 * @param deleted rows that were deleted in Dynamics: their people stay, flagged
 */
export async function compare(org: SmallOrganisation, deleted: readonly string[] = []): Promise<Compared> {
  const { results } = await check(org, ENTITIES, new Set(deleted), () => undefined);
  return {
    wrong: results.flatMap(({ entity, different, missing, extra, examples }) =>
      different + missing + extra === 0 ? [] : [`${entity}: ${different} ${missing} ${extra}`, ...examples],
    ),
    records: Object.fromEntries(results.map(({ entity, records }) => [entity, records])),
  };
}
