import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Fault } from './faults';
import { refuseUnknown } from './refuse-unknown';
import type { Common } from './types';

/**
 * Registers the routes every system has on the control address: its faults, its calls, its ledger, its settings, and
 * that all tokens are expired, where it gives any.
 */
export function commonControl<S extends object>(
  app: FastifyInstance,
  system: 'dynamics' | 'marketo' | 'entra',
  common: Common,
  settings: { get(): S; change(partial: Partial<S>): S },
  expireTokens?: () => void,
): void {
  const prefix = `/_sim/${system}`;
  app.post(`${prefix}/faults`, async (request) => {
    const sent = (request.body ?? {}) as Omit<Fault, 'id'>;
    if (sent.kind === 'skip' && system !== 'marketo')
      throw new Error('kind skip is for marketo: only it refuses by record');
    if (sent.seed === undefined || sent.kind !== undefined) return { id: common.faults.add(sent) };
    refuseUnknown(sent, ['seed'], 'field beside the seed of the list');
    common.faults.seed(sent.seed);
    return { seed: sent.seed };
  });
  app.get(`${prefix}/faults`, async () => common.faults.list());
  app.delete(`${prefix}/faults`, async () => {
    common.faults.clear();
    return {};
  });
  app.delete(`${prefix}/faults/:id`, async (request) => {
    const { id } = request.params as { id: string };
    if (!common.faults.remove(id)) throw new Error(`there is no fault ${id}; GET ${prefix}/faults lists them`);
    return {};
  });
  if (expireTokens) {
    app.post(`${prefix}/tokens/expire`, async () => {
      expireTokens();
      return {};
    });
  }
  app.get(`${prefix}/calls`, async () => common.calls.summary());
  app.get(`${prefix}/calls/recent`, async () => common.calls.recent());
  app.delete(`${prefix}/calls`, async () => {
    common.calls.reset();
    return {};
  });
  app.get(`${prefix}/ledger`, async (request, reply) => {
    const after = Number((request.query as { after?: string }).after ?? 0);
    if (!(after >= 0)) throw new Error('after must be the seq of the last entry read, 0 or more');
    return reply.type('application/x-ndjson').send(Readable.from(common.ledger.read(after), { objectMode: false }));
  });
  app.get(`${prefix}/ledger/size`, async () => common.ledger.size());
  app.get(`${prefix}/settings`, async () => settings.get());
  app.post(`${prefix}/settings`, async (request) => settings.change((request.body ?? {}) as Partial<S>));
}
