import { INBOX_PAGE, type InboxPage } from '../clients/mongo/inbox';
import type { BoundEntity } from './bound';
import { stopIfCancelled } from './failures';

/** What one activity works off of an inbox: a unit, so that a pause takes hold soon. Pages may be small, and have a row in common. */
export const UNIT_PAGES = 20;
export const UNIT_ITEMS = 4 * INBOX_PAGE;
const UNIT_MS = 10_000;

/**
 * Pages that are worked on as one: as many as make one call, while no row is in two of them. So what piles up during an outage, a row or two a
 * look, costs no call each. Those of contact roles all together: the connections of an opportunity may be in two of them, and a role that one
 * takes away, another gives again.
 */
export function inTurn(bound: BoundEntity, pages: readonly InboxPage[]): InboxPage[][] {
  const whole = pages.filter(({ damaged }) => !damaged);
  if (bound.entity.target.kind === 'roles') return whole.length > 0 ? [whole] : [];
  const groups: { pages: InboxPage[]; rows: Set<string> }[] = [];
  for (const page of whole) {
    const rows = new Set(page.items.map(({ id }) => id.toLowerCase()));
    const last = groups.at(-1);
    if (last && last.rows.size + rows.size <= INBOX_PAGE && [...rows].every((row) => !last.rows.has(row))) {
      last.pages.push(page);
      for (const row of rows) last.rows.add(row);
    } else groups.push({ pages: [page], rows });
  }
  return groups.map((group) => group.pages);
}

/** As many as there is time for; the others stay in the inbox. */
export function* withinUnit(groups: readonly InboxPage[][]): Generator<InboxPage[]> {
  const end = Date.now() + UNIT_MS;
  for (const [index, group] of groups.entries()) {
    stopIfCancelled();
    if (index > 0 && Date.now() > end) return;
    yield group;
  }
}

/** Goes on at once, without the parent's counting what is left. */
export const mayBeMore = (pages: readonly InboxPage[]): boolean =>
  pages.length === UNIT_PAGES || pages.reduce((sum, { items }) => sum + items.length, 0) >= UNIT_ITEMS;
