import type { Deps } from './deps';
import { queueDeleted } from './missing';
import { idOf, versionOf } from './rows';
import type { BoundEntity } from './schema';

const DAY_MS = 86_400_000;
/** A full call of Marketo's (marketo-api §3). */
const ROWS = 300;
const LEAST_MS = 60_000;

/**
 * The rolling reconciliation (DESIGN §5): re-reads every row once in so many days, some at a time, in order of the row
 * version, so that no feed's silence lasts longer; at the end of a pass, what was deleted is found by comparing ids.
 * A row that is edited meanwhile moves ahead and is met again: no harm. The rows take the way of any resync, behind whatever
 * else waits.
 */
export async function queueDueRows(deps: Deps, bound: BoundEntity): Promise<number> {
  const { dynamics, store, settings } = deps;
  const { name } = bound.entity;
  const days = settings.reconcileEveryDays;
  if (days === 0 || !bound.select.includes('versionnumber')) return 0;
  const pass = await store.reconciliation.get(name);
  const now = Date.now();
  if (pass && pass.dueAt.getTime() > now) return 0;
  const { rows: each, everyMs } = pace(await store.progress.rows(name), days * DAY_MS);
  // The import has just read everything.
  if (!pass) {
    await store.reconciliation.move(name, 0, new Date(now + everyMs), false);
    return 0;
  }
  const { rows } = await dynamics.readPage({
    set: bound.set,
    select: [bound.primaryId, 'versionnumber'],
    ...(pass.version > 0 && { filter: `versionnumber gt ${pass.version}` }),
    orderby: 'versionnumber',
    pageSize: each,
  });
  const items = rows.map((row) => ({
    id: idOf(row, bound.primaryId),
    resync: true as const,
    rolling: true as const,
  }));
  await store.inbox.add(name, 'dynamics', items, new Date(), 'background');
  // Roles are a set of their opportunity's: they go with it.
  if (name === 'opportunity' && deps.schema.has('connection')) {
    await store.inbox.add('connection', 'dynamics', items, new Date(), 'background');
  }
  const full = rows.length < each;
  if (full) await queueDeleted(deps, bound);
  const version = full ? 0 : Math.max(pass.version, ...rows.map(versionOf));
  await store.reconciliation.move(name, version, new Date(now + everyMs), full);
  return items.length;
}

/** Full calls as long as they come often enough: a small table is read whole, once a pass. */
export function pace(total: number, passMs: number): { rows: number; everyMs: number } {
  const everyMs = Math.max(LEAST_MS, Math.min(passMs, (passMs * ROWS) / Math.max(1, total)));
  return { rows: Math.min(5_000, Math.max(ROWS, Math.ceil((total * everyMs) / passMs))), everyMs };
}
