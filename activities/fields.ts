import { randomUUID } from 'node:crypto';
import { isApiError } from '../clients/errors';
import type { ResyncRequest } from '../clients/mongo/requests';
import { type BackfillHow, type FieldState, isQuarantined, type KnownField } from '../model/field-state';
import type { BoundEntity } from './bound';
import type { Deps } from './deps';
import { createLeadFields, customObjectOf, leadFieldOf } from './ensure';

/**
 * What has become of an entity's fields since it was last looked at (model/field-state.ts): fields that came into the map
 * or left it, that were held back or have recovered. Remembers it, and asks for the rows of a field to be read again:
 * by a stored request, whose rows give way to live changes and outlive a restart.
 *
 * @returns the entity as it is now
 */
export async function noticeFields(deps: Deps, name: string): Promise<BoundEntity> {
  const { schema, store } = deps;
  let bound = await schema.of(name);
  if (bound.states.length === 0) return bound;
  if (await makeAdded(deps, bound)) {
    schema.forget(name);
    bound = await schema.of(name);
  }
  const ended = await endedBackfills(deps, bound);
  const states = bound.states.map((state) => withoutEnded(state, ended));
  if (bound.step === undefined || states.some(({ changed }) => changed)) {
    await carryOut(deps, name, states);
    const fields = bound.entity.untracked ? states.map(({ known }) => known) : withRequests(name, states);
    // Someone else has noticed the same, or something else: what they say is read at once.
    if (await store.fields.put(name, bound.step, fields)) schema.remembered(name, (bound.step ?? -1) + 1);
    else schema.forget(name);
    bound = await schema.of(name);
  }
  await addRequests(deps, bound);
  return bound;
}

/** A field of ours that was added to the map is made in Marketo, though the preflight has run long ago. */
async function makeAdded(deps: Deps, bound: BoundEntity): Promise<boolean> {
  const { target } = bound.entity;
  // One that was there before was hidden or renamed by someone: it is not made again.
  const added = bound.states.flatMap(({ known, rule }) =>
    rule?.create && known.trouble?.cause === 'no-field' && !known.shape ? [rule] : [],
  );
  if (added.length === 0) return false;
  // Once for each time that metadata are read, so that a field that can't be made costs no call a look.
  if (!deps.schema.isNew(bound)) return false;
  try {
    if (target.kind === 'person') {
      const refused = await createLeadFields(deps, added.flatMap(leadFieldOf));
      return refused.size < added.length;
    }
    const type = customObjectOf(bound.entity);
    if (type) await deps.marketo.createCustomObject(type);
    return type !== undefined;
  } catch (error) {
    // No permission, no entitlement: the field is held back, its entity goes on.
    if (!isApiError(error, 'authority', 'configuration', 'refused')) throw error;
    return false;
  }
}

/** Requests of which every row was queued, and none waits any more; one whose range Dynamics refused stays, and `status` says so. */
async function endedBackfills({ store }: Deps, bound: BoundEntity): Promise<ReadonlySet<string>> {
  const ids = requestsOf(bound.states);
  const done = [...(await store.requests.states(ids))].flatMap(([id, { done: queued, fault }]) =>
    queued && fault === undefined ? [id] : [],
  );
  const waiting = done.length > 0 && (await store.inbox.background(bound.entity.name, 'dynamics')) > 0;
  return new Set(waiting ? [] : done);
}

const requestsOf = (states: readonly FieldState[]): string[] => [
  ...new Set(states.flatMap(({ known }) => known.backfill?.request ?? [])),
];

/** What a quarantined field has missed of its backfill is brought when it recovers: then as a new field still. */
function withoutEnded(state: FieldState, ended: ReadonlySet<string>): FieldState {
  const { backfill, ...rest } = state.known;
  if (!backfill || !ended.has(backfill.request) || isQuarantined(state.known)) return state;
  return { ...state, known: rest, changed: true };
}

/** What needs no memory: done twice, it does no harm. */
async function carryOut({ store }: Deps, name: string, states: readonly FieldState[]): Promise<void> {
  const wanted = (key: 'retry' | 'forget') =>
    new Set(states.flatMap(({ work, known }) => (work && key in work ? [known.marketo] : [])));
  const retry = wanted('retry');
  const forget = wanted('forget');
  if (retry.size + forget.size === 0) return;
  const again = new Map<string, string[]>();
  const gone: { id: string; field: string }[] = [];
  for await (const { id, field } of store.parked.ofEntity(name)) {
    if (field === undefined) continue;
    if (retry.has(field)) again.set(id, [...(again.get(id) ?? []), field]);
    if (forget.has(field)) gone.push({ id, field });
  }
  await store.parked.forget(gone);
  const items = [...again.keys()].map((id) => ({
    id: id.slice(name.length + 1),
    resync: true as const,
    fields: [...retry],
  }));
  await store.inbox.add(name, 'dynamics', items, new Date());
}

/** Fields that are to be backfilled in the same way share a request. */
function withRequests(name: string, states: readonly FieldState[]): KnownField[] {
  const ids = new Map<string, string>();
  return states.map(({ known, rule, work }) => {
    if (!work || !('backfill' in work)) return known;
    const { backfill: _older, ...rest } = known;
    if (work.backfill === 'dynamics' && rule?.backfill === false) return rest;
    const group = JSON.stringify([work.backfill, rangeOf(work.backfill, rule?.backfill)]);
    const request = ids.get(group) ?? `backfill-${name}-${randomUUID()}`;
    ids.set(group, request);
    return { ...rest, backfill: { request, how: work.backfill } };
  });
}

type Range = NonNullable<FieldState['rule']>['backfill'];

/** Only a new field's backfill is restricted: what was missed while a field was held back may be of any age. */
function rangeOf(how: BackfillHow, range: Range): string | undefined {
  if (how !== 'dynamics' || !range) return undefined;
  const { modifiedSince, createdSince } = range;
  const conditions = [
    ...(modifiedSince === undefined ? [] : [`modifiedon ge ${modifiedSince}`]),
    ...(createdSince === undefined ? [] : [`createdon ge ${createdSince}`]),
  ];
  return conditions.length > 0 ? conditions.join(' and ') : undefined;
}

/** From what is remembered: an attempt that died before it had stored a request is made up for. */
async function addRequests({ store }: Deps, { entity, states }: BoundEntity): Promise<void> {
  const ids = requestsOf(states);
  const there = await store.requests.states(ids);
  for (const id of ids.filter((one) => !there.has(one))) {
    const of = states.filter(({ known }) => known.backfill?.request === id);
    const how = of[0]?.known.backfill?.how ?? 'merge';
    const filter = rangeOf(how, of[0]?.rule?.backfill);
    const request: ResyncRequest = {
      entity: entity.name,
      fields: of.map(({ known }) => known.marketo),
      backfill: true,
      ...(filter !== undefined && { filter }),
    };
    await store.requests.add(id, request);
  }
}

/** An operator wants fields as they are now: of a resync, all that are in trouble, or those that are named. */
export async function acceptFields(deps: Deps, name: string, names?: readonly string[]): Promise<void> {
  const { store, schema } = deps;
  const known = await store.fields.get(name);
  const wanted = names && new Set(names.map((field) => field.toLowerCase()));
  const fields = (known?.fields ?? []).map(
    (field): KnownField =>
      field.trouble && !field.removed && (wanted?.has(field.marketo.toLowerCase()) ?? true)
        ? { ...field, accepted: true }
        : field,
  );
  schema.forget(name);
  const wants = fields.some(({ accepted }) => accepted);
  // Another worker has noticed something meanwhile: what it says is taken in.
  if (wants && !(await store.fields.put(name, known?.step, fields))) await acceptFields(deps, name, names);
}
