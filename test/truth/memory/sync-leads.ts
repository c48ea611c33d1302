import type { LeadSyncRequest, SyncResult } from '../../../clients/marketo/types';
import type { Instance, Person } from './instance';
import type { Actor, Ledger } from './ledger';
import { COMPANY_FIELDS } from './metadata';

type Values = Record<string, unknown>;

const skipped = (code: string, field?: string): SyncResult => ({
  status: 'skipped',
  reasons: [{ code, ...(field !== undefined && { field }) }],
});
const lower = (value: unknown): string => String(value ?? '').toLowerCase();

/** One Sync Leads call, by the rules of marketo-api §4.4; results in the order of the input. */
export function syncLeads(instance: Instance, ledger: Ledger, request: LeadSyncRequest, actor: Actor): SyncResult[] {
  const made = new Map<unknown, Person>();
  return request.input.map((sent) => {
    const result = syncLead(instance, request, sent, made, actor);
    if (result.status === 'skipped') {
      const code = result.reasons?.[0]?.code ?? '';
      const key = String(sent[request.lookupField]);
      ledger.refusal('marketo', { table: 'leads', code, fields: Object.keys(sent), key }, actor);
    }
    return result;
  });
}

/** @param made what this very call has made, by key. */
function syncLead(
  instance: Instance,
  { action, lookupField }: LeadSyncRequest,
  sent: Values,
  made: Map<unknown, Person>,
  actor: Actor,
): SyncResult {
  const { persons, switches } = instance;
  const key = sent[lookupField];
  const twin = made.get(key);
  if (twin && switches.sameKeyInBatch === 'refuse') return skipped('1036');
  const all =
    lookupField === 'id'
      ? [persons.get(Number(key))]
      : [...persons.values()].filter(({ values }) => values[lookupField] === key);
  const found = all.flatMap((person) =>
    person && (person !== twin || switches.sameKeyInBatch !== 'duplicate') ? [person] : [],
  );
  if (found.length > 1) return skipped(action === 'createOnly' ? '1005' : '1007');
  const [person] = found;
  if (person && action === 'createOnly' && person !== twin) return skipped('1005');
  if (!person && action === 'updateOnly') return skipped('1004');
  const fault = linkFault(instance, person?.values ?? {}, sent);
  if (fault) return fault;
  if (person) {
    instance.change(person, sent, actor);
    return { status: 'updated', id: person.id };
  }
  const clash = [...persons.values()].some(({ values }) => sent.email && lower(values.email) === lower(sent.email));
  if (clash && switches.createOnlyEmailClash === 'refuse') return skipped('1005');
  const created = instance.create(sent, actor);
  made.set(key, created);
  return { status: 'created', id: created.id };
}

/** Links lead somewhere, and nobody leaves a company for none (marketo-api §4.4). */
function linkFault({ objects }: Instance, before: Values, sent: Values): SyncResult | undefined {
  const company = sent.externalCompanyId;
  if (company === null && before.externalCompanyId) return skipped('1003', 'externalCompanyId');
  if (company && !objects.get('companies')?.get(company)) return skipped('1003', 'externalCompanyId');
  const owner = sent.externalSalesPersonId;
  if (owner && !objects.get('salespersons')?.get(owner)) return skipped('1003', 'externalSalesPersonId');
  const linked = company || before.externalCompanyId;
  return linked && Object.keys(sent).some((name) => COMPANY_FIELDS.has(name)) ? skipped('1021') : undefined;
}
