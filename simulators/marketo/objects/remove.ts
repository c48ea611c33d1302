import { type Call, inputOf } from '../call';
import { MarketoFault, type Reason, reason } from '../errors';
import type { Value } from '../fields';
import type { ObjectStore } from './store';
import { idOf } from './sync';
import type { ObjectRules } from './types';

/** Delete of a non-lead object by its dedupe fields (default) or its id (marketo-api §6.1.5). */
export function deleteObjects(call: Call, store: ObjectStore, rules: ObjectRules, refuse?: Reason) {
  const { type } = store;
  const input = inputOf(call);
  const deleteBy = (call.body as { deleteBy?: string }).deleteBy ?? 'dedupeFields';
  if (deleteBy !== 'dedupeFields' && deleteBy !== 'idField') {
    throw new MarketoFault('1003', `Invalid value for deleteBy '${deleteBy}'`);
  }
  const names = deleteBy === 'idField' ? [type.idField] : type.dedupeFields;
  return {
    result: input.map((key, seq) => {
      const skipped = (why: Reason) => ({ seq, status: 'skipped', reasons: [why] });
      if (refuse) return skipped(refuse);
      const missing = names.find((name) => key[name] === undefined || key[name] === null);
      if (missing !== undefined)
        return skipped(
          reason(call.instance.settings.missingDedupeField, `Missing value for required parameter '${missing}'`),
        );
      const values = names.map((name) => key[name] as Value);
      const record = deleteBy === 'idField' ? store.byId(values[0] ?? null) : store.byKey(values);
      if (!record) return skipped(reason('1013'));
      const inUse = rules.inUse?.(call.instance, record);
      if (inUse) return skipped(inUse);
      store.remove(record);
      rules.removed?.(call.instance, record);
      return { seq, ...idOf(type, record), status: 'deleted' };
    }),
  };
}
