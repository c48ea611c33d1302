import { numberOf } from '../answer';
import { firstResult } from './envelope';
import type { Transport } from './transport';

/** Calls counted today, of all integrations of the instance together. */
export async function usage(transport: Transport): Promise<number> {
  const envelope = await transport.call({
    operation: 'usage.read',
    path: 'stats/usage.json',
    answers: 'fact',
    permission: 'none',
  });
  return numberOf(firstResult(envelope).total) ?? 0;
}
