import type { RequestState } from '../clients/mongo/requests';
import type { KnownField } from '../model/field-state';
import { isoOf } from '../model/instant';
import type { Deps } from './deps';

/** What `status` says of an entity's fields; names and reasons only. */
export interface FieldCounts {
  /** Held back by themselves, wholly or in part. */
  quarantined?: { field: string; why: string; since: string }[];
  /** Fields that are being brought over to all rows, and rows settled; `total` once all are known. */
  backfill?: { fields: string[]; done: number; total?: number; fault?: string };
}

/** A payload stays small (DESIGN §3), whatever happened to a table. */
const MOST = 3;

/** By entity, as soon as its fields have been looked at; empty where there is nothing to say. */
export async function fieldCounts({ store }: Pick<Deps, 'store'>): Promise<Map<string, FieldCounts>> {
  const all = await store.fields.all();
  const ids = [...all.values()].flat().flatMap(({ backfill }) => backfill?.request ?? []);
  const requests = await store.requests.states([...new Set(ids)]);
  const found = new Map<string, FieldCounts>();
  for (const [entity, fields] of all) {
    found.set(entity, { ...quarantinedOf(fields), ...backfillOf(fields, requests) });
  }
  return found;
}

function quarantinedOf(fields: readonly KnownField[]): Pick<FieldCounts, 'quarantined'> {
  const troubled = fields.flatMap(({ marketo, trouble, removed }) =>
    trouble && !removed ? [{ field: marketo, why: trouble.why, since: isoOf(trouble.since) }] : [],
  );
  if (troubled.length <= MOST) return troubled.length > 0 ? { quarantined: troubled } : {};
  const more = `and ${troubled.length - MOST} more: npm run validate names them`;
  return { quarantined: [...troubled.slice(0, MOST), { field: '…', why: more, since: '' }] };
}

function backfillOf(
  fields: readonly KnownField[],
  requests: ReadonlyMap<string, RequestState>,
): Pick<FieldCounts, 'backfill'> {
  const under = fields.filter(({ backfill }) => backfill);
  if (under.length === 0) return {};
  const states = [...new Set(under.map(({ backfill }) => backfill?.request ?? ''))].map((id) => requests.get(id));
  const sum = (of: (state: RequestState) => number) =>
    states.reduce((total, state) => total + (state ? of(state) : 0), 0);
  const fault = states.find((state) => state?.fault !== undefined)?.fault;
  return {
    backfill: {
      fields: under.slice(0, MOST).map(({ marketo }) => marketo),
      done: sum(({ applied = 0 }) => applied),
      ...(states.every((state) => state?.done) && { total: sum(({ queued }) => queued) }),
      ...(fault !== undefined && { fault }),
    },
  };
}
