import type { FieldCounts } from '../activities/field-status';
import type { EntityCounts, PendingCounts } from '../activities/status';
import { isoOf } from '../model/instant';
import { holdOf, type Phase, type SyncState } from './state';

export interface EntityStatus extends FieldCounts {
  phase: 'waiting' | 'import' | 'resync' | 'loop' | 'paused';
  done: number;
  total: number;
  parked: number;
  lagSeconds: number;
  /** What waits: records to be made, and to be changed; absent: nothing. */
  pending?: PendingCounts;
  /** Records written in the last full clock hour; absent: none. */
  lastHour?: number;
  /** Rows compared again by the rolling reconciliation; parts per million of them that differed; the last whole pass. */
  reconciled?: { verified: number; driftPpm: number; lastFullPass?: string };
  /** Rows that failed while others got through: each is tried again by itself, and nothing waits for it; absent: none. */
  setAside?: number;
  /** What fails with one code for so many rows that no row is the cause: tried once a minute. */
  outages?: { code: string; since: string }[];
  /** Pages of the inbox that could not be opened; what they may have held was read again. */
  damaged?: number;
  /** Present where the entity's deletions are stopped: what to do. */
  deletes?: string;
  /** Someone has to act. */
  stopped?: string;
  /** A vendor's limit, or a fault that is tried again. */
  waiting?: { until: string; reason: string };
}

export interface Status {
  phase: Phase;
  paused: boolean;
  reason?: string;
  /** Dynamics looks since the start. */
  cycles: number;
  entities: Record<string, EntityStatus>;
  /** Faults of the feeds, by feed. */
  feeds?: Record<string, string>;
  /** Map rows without a counterpart. */
  dropped?: string[];
}

/** What holds an entity, or else one direction of it. */
const FEEDS = [undefined, 'dynamics', 'marketo'] as const;

const DELETES_STOPPED = 'too many within a day: stopped until npm run deletes -- release, or keep';

function entityStatus(state: SyncState, name: string): EntityStatus {
  const counts = state.counts[name];
  const [hold] = FEEDS.flatMap((feed) => state.holds[holdOf(name, feed)] ?? []);
  const importing = !state.imported.includes(name);
  const begun = importing && (counts?.total ?? 0) > 0;
  const phase =
    state.paused || state.pausedEntities.includes(name)
      ? 'paused'
      : importing
        ? begun
          ? 'import'
          : 'waiting'
        : state.resyncing.includes(name)
          ? 'resync'
          : 'loop';
  return {
    phase,
    done: counts?.done ?? 0,
    total: counts?.total ?? 0,
    parked: counts?.parked ?? 0,
    lagSeconds: counts?.lagSeconds ?? 0,
    ...(counts?.pending && { pending: counts.pending }),
    ...(counts?.lastHour !== undefined && { lastHour: counts.lastHour }),
    ...(counts?.setAside !== undefined && { setAside: counts.setAside }),
    ...(counts?.outages && { outages: counts.outages }),
    ...(counts?.damaged !== undefined && { damaged: counts.damaged }),
    ...(counts?.deletesStopped && { deletes: DELETES_STOPPED }),
    ...counts?.fields,
    ...(counts?.reconciled && { reconciled: reconciledOf(counts.reconciled) }),
    ...(hold?.stopped ? { stopped: hold.reason } : {}),
    ...(hold && !hold.stopped ? { waiting: { until: isoOf(hold.until), reason: hold.reason } } : {}),
  };
}

function reconciledOf({
  verified,
  drift,
  lastFullPass,
}: NonNullable<EntityCounts['reconciled']>): NonNullable<EntityStatus['reconciled']> {
  const driftPpm = verified === 0 ? 0 : Math.round((drift / verified) * 1_000_000);
  return { verified, driftPpm, ...(lastFullPass !== undefined && { lastFullPass }) };
}

/** The answer to the query `status`. */
export function statusOf(state: SyncState): Status {
  // What the preflight saw, until the entity's own look tells.
  const dropped = state.dropped.filter((row) => !state.counts[row.split('.')[0] ?? '']?.fields);
  return {
    phase: state.phase,
    paused: state.paused,
    ...(state.reason === undefined ? {} : { reason: state.reason }),
    cycles: state.cycles,
    entities: Object.fromEntries(state.entities.map(({ name }) => [name, entityStatus(state, name)])),
    ...(Object.keys(state.faults).length > 0 ? { feeds: state.faults } : {}),
    ...(dropped.length > 0 ? { dropped } : {}),
  };
}

/** The same as Markdown, for the Web UI (`setCurrentDetails`). */
export function dashboard(state: SyncState): string {
  const status = statusOf(state);
  const rows = Object.entries(status.entities).map(([name, entity]) => {
    const { phase, done, total, parked, lagSeconds, pending, lastHour = 0, quarantined, backfill } = entity;
    const held = quarantined && `held back: ${quarantined.map(({ field }) => field).join(', ')}`;
    const under = backfill && `backfill: ${backfill.fields.join(', ')}`;
    const deletes = entity.deletes && `deletes: ${entity.deletes}`;
    const aside = entity.setAside && `set aside: ${entity.setAside}`;
    const outage = entity.outages && `outage: ${entity.outages.map(({ code }) => code).join(', ')}`;
    const remark = [entity.stopped ?? entity.waiting?.reason, outage, aside, deletes, held, under]
      .filter(Boolean)
      .join('; ');
    return `| ${name} | ${phase} | ${done} / ${total} | ${pending?.inserts ?? 0} + ${pending?.updates ?? 0} | ${lagSeconds} s | ${lastHour} | ${parked} | ${remark} |`;
  });
  return [
    `**${status.phase}**${status.paused ? ' · **paused**' : ''}${status.reason ? ` · ${status.reason}` : ''} · ${status.cycles} cycles`,
    '',
    '| entity | phase | done / total | pending | lag | last hour | parked | remark |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |',
    ...rows,
    ...Object.entries(state.faults).map(([feed, fault]) => `\n${feed}: ${fault}`),
    '\npending: records to be made + to be changed; lag: age of the oldest of them; last hour: records written in the last full clock hour; parked: rows and values that were refused',
  ].join('\n');
}
