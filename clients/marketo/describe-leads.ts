import { firstResult } from './envelope';
import { fieldsOf } from './fields';
import type { Transport } from './transport';
import type { FieldMetadata } from './types';

/** The person's fields that REST can reach, by REST name. */
export async function describeLeads(transport: Transport): Promise<FieldMetadata[]> {
  const envelope = await transport.call({
    operation: 'leads.describe',
    path: 'leads/describe2.json',
    answers: 'metadata',
    permission: 'Read-Only Lead',
  });
  return fieldsOf(firstResult(envelope));
}
