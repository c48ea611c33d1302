import type { FieldCounts } from '../activities/field-status';
import type { AskedPush } from '../activities/look';
import type { EntityPlan } from '../activities/preflight';
import type { EntityCounts, PendingCounts } from '../activities/status';
import { isPlausible } from '../model/instant';
import { type PushRequest, pushOf } from '../model/push';
import { isName } from './messages';
import { AFTER_CYCLE } from './plan';
import type { Hold, SyncState } from './state';

/** Longer texts are cut, longer lists and maps too: what is carried from run to run does not grow. */
const LONGEST_TEXT = 500;
const MOST = 1_000;
const LONGEST_INTERVAL_S = 86_400;

/** Reads one thing out of what may be anything; undefined where it is not that. */
type Reader<T> = (value: unknown) => T | undefined;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);
const text: Reader<string> = (value) => (typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : undefined);
const number: Reader<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
const ordinal: Reader<number> = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 1 ? Number(value) : undefined;
const interval: Reader<number> = (value) => {
  const seconds = number(value);
  return seconds !== undefined && seconds <= LONGEST_INTERVAL_S ? seconds : undefined;
};
const name: Reader<string> = (value) => (isName(value) ? value : undefined);
const oneOf =
  <T extends string>(...choices: readonly T[]): Reader<T> =>
  (value) =>
    choices.find((choice) => choice === value);

const listOf =
  <T extends string | object>(item: Reader<T>, most = MOST): Reader<T[]> =>
  (value) => {
    if (!Array.isArray(value)) return undefined;
    return value.slice(0, most).flatMap((one: unknown) => item(one) ?? []);
  };

/** Keys are names of entities, lanes and feeds. */
const KEY = /^[a-z][\w/.-]{0,199}$/i;
const mapOf =
  <T>(item: Reader<T>): Reader<Record<string, T>> =>
  (value) => {
    if (!isRecord(value)) return undefined;
    const entries = Object.entries(value).slice(0, MOST);
    return Object.fromEntries(
      entries.flatMap(([key, one]): [string, T][] => {
        const read = KEY.test(key) ? item(one) : undefined;
        return read === undefined ? [] : [[key, read]];
      }),
    );
  };

type Fields<T> = { [K in keyof T]-?: Reader<Exclude<T[K], undefined>> };

/** What of these fields can be read. */
function partOf<T extends object>(fields: Fields<T>, value: unknown): Partial<T> {
  if (!isRecord(value)) return {};
  const read = Object.entries<Reader<unknown>>(fields).map(([key, reader]) => [key, reader(value[key])] as const);
  return Object.fromEntries(read.filter(([, one]) => one !== undefined)) as Partial<T>;
}

/** An object that has all of its fields but the optional ones. */
const objectOf =
  <T extends object>(fields: Fields<T>, ...optional: (keyof T)[]): Reader<T> =>
  (value) => {
    const read = partOf(fields, value);
    const keys = Object.keys(fields) as (keyof T)[];
    const whole = isRecord(value) && keys.every((key) => key in read || optional.includes(key));
    return whole ? (read as T) : undefined;
  };

const plan = objectOf<EntityPlan>(
  {
    name,
    lane: text,
    wave: number,
    everySeconds: interval,
    untracked: flag,
    person: flag,
    generation: ordinal,
    highest: ordinal,
  },
  'generation',
  'highest',
);

/** As pushOf makes it of a signal. */
const pushRequest: Reader<PushRequest> = (value) => {
  if (!isRecord(value)) return undefined;
  const { as, owner, ids, list } = value;
  const whom = Array.isArray(ids) ? { id: ids[0] as unknown } : { list };
  const wanted = pushOf({ as, ...(owner !== undefined && { owner }), ...whom });
  return wanted && 'as' in wanted ? wanted : undefined;
};
const asked = objectOf<AskedPush>({ id: text, request: pushRequest });

const pending = objectOf<PendingCounts>(
  { inserts: number, updates: number, oldestInsertSeconds: number, oldestUpdateSeconds: number },
  'oldestInsertSeconds',
  'oldestUpdateSeconds',
);
const reconciled = objectOf<NonNullable<EntityCounts['reconciled']>>(
  { verified: number, drift: number, lastFullPass: text },
  'lastFullPass',
);
const fieldCounts = objectOf<FieldCounts>(
  {
    quarantined: listOf(
      objectOf<NonNullable<FieldCounts['quarantined']>[number]>({ field: text, why: text, since: text }),
      20,
    ),
    backfill: objectOf<NonNullable<FieldCounts['backfill']>>(
      { fields: listOf(text, 20), done: number, total: number, fault: text },
      'total',
      'fault',
    ),
  },
  'quarantined',
  'backfill',
);
const counts: Reader<EntityCounts> = (value) =>
  isRecord(value)
    ? {
        ...{ done: 0, total: 0, parked: 0, pendingDynamics: 0, pendingMarketo: 0, lagSeconds: 0 },
        ...partOf<EntityCounts>(
          {
            done: number,
            total: number,
            parked: number,
            pendingDynamics: number,
            pendingMarketo: number,
            lagSeconds: number,
            pending,
            lastHour: number,
            setAside: number,
            damaged: number,
            outages: listOf(objectOf<NonNullable<EntityCounts['outages']>[number]>({ code: text, since: text }), 20),
            deletesStopped: (one) => (one === true ? true : undefined),
            fields: fieldCounts,
            reconciled,
          },
          value,
        ),
      }
    : undefined;

const holdFields: Fields<Hold> = { until: number, reason: text, stopped: flag, since: number };

/**
 * What of a carried state means something; the rest takes its default. A wait whose end is no time, or further away than any wait may be,
 * is over. @param now epoch ms
 */
export function readState(input: unknown, now: number): Partial<SyncState> {
  const hold: Reader<Hold> = (value) => {
    const { until, reason = '', stopped = false, since } = partOf<Hold>(holdFields, value);
    const past = since !== undefined && since <= now ? { since } : {};
    return isRecord(value) ? { until: isPlausible(until, now) ? until : 0, reason, stopped, ...past } : undefined;
  };
  const due: Reader<number> = (value) => (value === AFTER_CYCLE || isPlausible(value, now) ? value : undefined);
  const names = listOf(name);
  return partOf<SyncState>(
    {
      v: (value) => (value === 1 ? 1 : undefined),
      phase: oneOf('preflight', 'import', 'loop', 'stopped'),
      reason: text,
      paused: flag,
      pausedEntities: names,
      entities: listOf(plan),
      dropped: listOf(text, 20),
      changesEverySeconds: interval,
      deletionsEverySeconds: interval,
      restSeconds: interval,
      generation: mapOf(ordinal),
      highest: mapOf(ordinal),
      imported: names,
      resync: listOf((value) => (value === '*' ? value : name(value))),
      // None is cut off: the run stores what it does not carry on (pushes.ts).
      pushes: listOf(asked, Number.POSITIVE_INFINITY),
      looping: flag,
      resyncing: names,
      rereading: names,
      left: names,
      holds: mapOf(hold),
      due: mapOf(due),
      faults: mapOf(text),
      counts: mapOf(counts),
      lastOfLane: mapOf(name),
      cycles: number,
    },
    input,
  );
}
