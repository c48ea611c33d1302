import type { MarketoRecord } from '../../clients/marketo/types';
import type { Conflict } from '../../clients/mongo/conflicts';
import type { InboxItem } from '../../clients/mongo/inbox';
import { guidOf, linkId } from '../../clients/mongo/links';
import { type BoundField, columnKey } from '../../model/bind';
import { convertToMarketo } from '../../model/convert';
import type { FieldDecision } from '../../model/decision';
import { normalise } from '../../model/normalise';
import type { Side } from '../../model/policy';
import type { Deps } from '../deps';
import { queueAll } from '../queue';
import type { Candidate } from '../rows';
import type { BoundEntity } from '../schema';
import type { Writer } from '../writer';
import type { Foreseen } from './restore';

/** A conflict, and the side that an operator decided for (`npm run conflicts`). */
export interface Decided {
  key: string;
  conflict: Conflict;
  take: Side;
}

/** Decisions among these items, by link id. */
export async function findDecided(
  { store }: Deps,
  bound: BoundEntity,
  items: readonly InboxItem[],
): Promise<Map<string, Decided[]>> {
  const asked = items.flatMap(({ id, decide }) => (decide ?? []).map((one) => ({ ...one, id })));
  const conflicts = await store.conflicts.get(asked.map(({ conflict }) => conflict));
  const found = new Map<string, Decided[]>();
  for (const { id, conflict: key, take } of asked) {
    const conflict = conflicts.get(key);
    const link = linkId(bound.entity.name, id);
    if (conflict) found.set(link, [...(found.get(link) ?? []), { key, conflict, take }]);
  }
  return found;
}

/** What was decided while a row was frozen is carried out now that it is not. */
export async function queueDecided(deps: Deps, bound: BoundEntity, released: readonly string[]): Promise<void> {
  const waiting = await deps.store.conflicts.waiting(released);
  const items = waiting.map(({ id, ...one }): InboxItem => ({ id: guidOf(id), decide: [one] }));
  await queueAll(deps, [{ entity: bound.entity.name, feed: 'marketo', items }]);
}

/** Of rows that are no pair any more nothing can be decided; what is frozen waits (queueDecided). */
export async function closeUnpaired(
  { store }: Deps,
  writer: Writer,
  decided: ReadonlyMap<string, readonly Decided[]>,
  paired: ReadonlySet<string>,
): Promise<void> {
  for (const [id, all] of decided)
    if (!paired.has(id)) for (const { key, take } of all) await store.conflicts.close(key, take, 'gone', writer.epoch);
}

/** A Dynamics value as Marketo would have it; undefined where Marketo can't. */
function inMarketo(field: BoundField, raw: unknown): { value: unknown } | undefined {
  const converted = convertToMarketo(field, { [columnKey(field.column)]: raw });
  return 'park' in converted ? undefined : converted;
}

/**
 * What a decision does to its field. Still different on both sides: the other side's value becomes what was last
 * agreed on, so that the chosen one is the change. Settled the other way: the chosen value is restored. Edited since, or
 * not known any more what the values were: nothing, and the operator is told.
 */
export async function settleDecided(
  { store }: Deps,
  writer: Writer,
  candidate: Candidate,
  record: MarketoRecord,
  seen: readonly FieldDecision[],
  decided: readonly Decided[],
): Promise<Foreseen[]> {
  const foreseen: Foreseen[] = [];
  for (const { key, conflict, take } of decided) {
    const decision = seen.find((one) => one.bound.field.name === conflict.field);
    const field = decision?.bound;
    const crm = field && !conflict.damaged && inMarketo(field, conflict.values.dynamics);
    if (!decision || !field || !crm) {
      await store.conflicts.close(key, take, 'edited-since', writer.epoch);
      continue;
    }
    const normal = (value: unknown) => normalise(field.kind, field.field.dataType, value);
    const then = { dynamics: normal(crm.value), marketo: normal(conflict.values.marketo) };
    const now = {
      dynamics: normal(inMarketo(field, candidate.row[columnKey(field.column)])?.value),
      marketo: normal(record[conflict.field]),
    };
    const open = now.dynamics === then.dynamics && now.marketo === then.marketo;
    const settled = now.dynamics === now.marketo && Object.values(then).includes(now.dynamics);
    if (open && then.dynamics !== then.marketo) {
      const base = take === 'dynamics' ? then.marketo : then.dynamics;
      candidate.link?.marks.set(field.key, { state: 'agreed', fingerprint: store.fingerprinter.of(base) });
    } else if (settled && now.dynamics !== then[take]) {
      foreseen.push({ restore: { field, value: take === 'dynamics' ? crm.value : conflict.values.marketo } });
    }
    await store.conflicts.close(key, take, open || settled ? 'done' : 'edited-since', writer.epoch);
  }
  return foreseen;
}
