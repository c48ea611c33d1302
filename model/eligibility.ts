import { FILTER_COLUMN } from './entities';

export type Eligibility = 'eligible' | 'frozen' | 'excluded';

/** Users that own nothing: application users, support and delegated administrators (dataverse-api §9.3). */
const SERVICE_ACCESS = new Set([3, 5]);
/** Access teams are made by the platform, by the million (dataverse-api §9.4). */
const ACCESS_TEAM = 1;
/** The inactive half of a connection's pair, or one that was switched off. */
const INACTIVE = 1;

/**
 * May this row be written? `frozen` is the row filter's No (native-sync §4.1: absent, empty and Yes all mean sync):
 * nothing moves either way and nothing is removed. `excluded` rows never go.
 */
export function eligibility(entity: string, row: Record<string, unknown>): Eligibility {
  if (entity === 'systemuser') {
    if (row.applicationid || SERVICE_ACCESS.has(Number(row.accessmode))) return 'excluded';
  }
  if (entity === 'team' && Number(row.teamtype) === ACCESS_TEAM) return 'excluded';
  if (entity === 'connection' && Number(row.statecode) === INACTIVE) return 'excluded';
  return row[FILTER_COLUMN] === false ? 'frozen' : 'eligible';
}
