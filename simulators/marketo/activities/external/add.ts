import { apiOrigin, type Call, inputOf } from '../../call';
import { invalidValue, type Reason, reason } from '../../errors';
import { field } from '../../fields';
import type { Routes } from '../../router';
import { checkValue } from '../../validate';
import type { TypeAttribute } from './types';

const REQUIRED = ['leadId', 'activityDate', 'activityTypeId', 'primaryAttributeValue', 'attributes'] as const;
/** Attributes of one activity together, in bytes (1049). */
const MAX_BYTES = 65_536;

type Sent = Record<string, unknown>;
interface NamedValue {
  name: string;
  value: unknown;
}

/** `POST /rest/v1/activities/external.json`: adds custom activities; refusals come as `errors`, not `reasons` (§5.8). */
export function externalActivityRoutes(routes: Routes): void {
  routes.post('/rest/v1/activities/external.json', 'Activity', (call) => ({
    result: inputOf(call).map((one) => add(call, one)),
  }));
}

function add(call: Call, sent: Sent) {
  const { instance } = call;
  const skipped = (why: Reason) => ({ status: 'skipped', errors: [why] });
  const missing = REQUIRED.find((name) => sent[name] === undefined || sent[name] === null || sent[name] === '');
  if (missing) return skipped(reason('1002', `Missing value for required parameter '${missing}'`));
  const lead = instance.leads.get(Number(sent.leadId));
  if (!lead) return skipped(reason('1004'));
  const type = instance.externalTypes.approved(Number(sent.activityTypeId));
  if (!type) return skipped(invalidValue('activityTypeId', sent.activityTypeId));
  const date = checkValue(field(0, 'activityDate', 'datetime'), sent.activityDate, instance.settings);
  if ('reason' in date || date.value === null) return skipped(invalidValue('activityDate', sent.activityDate));
  const read = readAttributes(type.approved.attributes, sent.attributes);
  if (!Array.isArray(read)) return skipped(read);
  const seq = instance.log.append(
    {
      type: type.id,
      leadId: lead.id,
      origin: apiOrigin(call, 'addCustomActivity'),
      custom: { primary: String(sent.primaryAttributeValue), attributes: read },
    },
    new Date(String(date.value)).getTime(),
  );
  return { id: seq, marketoGUID: String(seq), status: 'added' };
}

/** Each by `name` or `apiName`; shown later under its name. */
function readAttributes(known: readonly TypeAttribute[], sent: unknown): NamedValue[] | Reason {
  if (!Array.isArray(sent)) return invalidValue('attributes', sent);
  const values: NamedValue[] = [];
  for (const { apiName, name, value } of sent as { apiName?: string; name?: string; value?: unknown }[]) {
    const attribute = known.find((one) => one.apiName === (apiName ?? name) || one.name === name);
    if (!attribute) return reason('1006', `Field '${apiName ?? name}' not found`);
    if (value !== null && value !== undefined && value !== '') values.push({ name: attribute.name, value });
  }
  return Buffer.byteLength(JSON.stringify(values)) > MAX_BYTES
    ? reason('1049', 'Failed to create activity: attributes are too long')
    : values;
}
