import type { Database } from '../database';
import type { SwitchValues } from '../switches';

const BUSINESS = ['account', 'contact', 'lead', 'opportunity'];
const USUAL = [...BUSINESS, 'systemuser', 'team', 'connection', 'businessunit'];
const ALL = [...USUAL, 'connectionrole', 'teammembership'];
const TRACKED: Record<SwitchValues['trackingDefaults'], readonly string[]> = {
  usual: USUAL,
  all: ALL,
  business: BUSINESS,
};

/** Sets change tracking of the standard tables as the switch says; custom tables keep theirs. */
export function applyTrackingDefaults(database: Database, choice: SwitchValues['trackingDefaults']): void {
  for (const name of ALL) database.store(name).table.tracked = TRACKED[choice].includes(name);
}
