import { type Call, inputOf } from '../call';
import { MarketoFault, type Reason, reason } from '../errors';
import type { Value, Values } from '../fields';
import { checkValue } from '../validate';
import type { ObjectStore } from './store';
import type { ObjectRules, ObjectType, StoredObject } from './types';

const ACTIONS: readonly string[] = ['createOnly', 'updateOnly', 'createOrUpdate'];

interface Sync {
  call: Call;
  store: ObjectStore;
  rules: ObjectRules;
  action: string;
  byId: boolean;
}

/** Sync of a non-lead object by the generic contract (marketo-api §6.1.4); results carry `seq` = input index. */
export function syncObjects(call: Call, store: ObjectStore, rules: ObjectRules, refuse?: Reason) {
  const input = inputOf(call);
  const sync = { call, store, rules, ...readMode(call, store.type) };
  const seen = new Set<string>();
  return {
    result: input.map((record, seq) => {
      if (refuse) return { seq, status: 'skipped', reasons: [refuse] };
      const read = readRecord(sync, record);
      if (read.reasons.length > 0) return { seq, status: 'skipped', reasons: read.reasons };
      if (seen.has(read.key)) return { seq, status: 'skipped', reasons: [reason('1036')] };
      seen.add(read.key);
      return { seq, ...write(sync, read.values, read.found) };
    }),
  };
}

function readMode(call: Call, type: ObjectType): { action: string; byId: boolean } {
  const body = call.body as { action?: string; dedupeBy?: string };
  const action = body.action ?? 'createOrUpdate';
  const dedupeBy = body.dedupeBy ?? 'dedupeFields';
  if (!ACTIONS.includes(action)) throw new MarketoFault('1003', `Invalid value for action '${action}'`);
  if (dedupeBy !== 'dedupeFields' && dedupeBy !== 'idField') {
    throw new MarketoFault('1003', `Invalid value for dedupeBy '${dedupeBy}'`);
  }
  const byId = dedupeBy === 'idField';
  if (byId && (action === 'createOnly' || (type.idOnlyForUpdate && action !== 'updateOnly'))) {
    throw new MarketoFault('1003', `dedupeBy 'idField' is not allowed with action '${action}'`);
  }
  return { action, byId };
}

/** Names, types and key of one record; `null` and `""` are stored as null (§6.1.4). */
function readRecord({ call, store, byId }: Sync, record: Record<string, unknown>) {
  const { type } = store;
  const { missingDedupeField } = call.instance.settings;
  const values: Values = {};
  const reasons: Reason[] = [];
  for (const name of Object.keys(record)) {
    const field = type.fields.get(name);
    if (!field?.rest) reasons.push(reason('1006', `Field '${name}' not found`));
    else if (name === type.idField) {
      if (!byId) reasons.push(reason('1003', `Field '${name}' is not allowed when dedupeBy is 'dedupeFields'`));
    } else if (field.readOnly) reasons.push(reason('1003', `Field '${name}' not updateable`));
    else {
      const checked = checkValue(field, record[name], call.instance.settings);
      if ('reason' in checked) reasons.push(checked.reason);
      else values[name] = checked.value;
    }
  }
  for (const name of byId ? [type.idField] : type.dedupeFields) {
    const value = byId ? record[name] : values[name];
    const known = reasons.some(({ message }) => message.includes(`'${name}'`));
    if ((value === undefined || value === null) && !known) {
      reasons.push(reason(missingDedupeField, `Missing value for required parameter '${name}'`));
    }
  }
  const id = record[type.idField] as Value;
  const found = reasons.length > 0 ? undefined : byId ? store.byId(id) : store.byKey(store.keyOf(values));
  return { values, reasons, found, key: byId ? String(id) : store.keyText(values) };
}

function write({ call, store, rules, action, byId }: Sync, sent: Values, found: StoredObject | undefined) {
  const { instance } = call;
  const skipped = (...reasons: Reason[]) => ({ status: 'skipped', reasons });
  if (!found && (action === 'updateOnly' || byId)) return skipped(reason('1013'));
  if (found && action === 'createOnly')
    return skipped(reason(instance.settings.createOnlyHit, 'Object already exists'));
  if (found && byId) {
    const moved = store.type.dedupeFields.find((name) => name in sent && sent[name] !== found.values[name]);
    if (moved) return skipped(reason('1003', `Field '${moved}' not updateable`));
  }
  const reasons = rules.check?.(instance, sent, found?.values ?? null) ?? [];
  if (reasons.length > 0) return skipped(...reasons);
  const now = instance.clock.now();
  if (!found) return { ...idOf(store.type, store.insert(present(sent), now)), status: 'created' };
  const before = found.values;
  store.replace(found, present({ ...before, ...sent }), now);
  rules.changed?.(instance, before, found.values, call.requestId);
  return { ...idOf(store.type, found), status: 'updated' };
}

function present(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** `id` for companies and sales persons, `marketoGUID` for the rest (§6.1.4). */
export function idOf(type: ObjectType, record: StoredObject) {
  return { [type.idField]: record.id };
}
