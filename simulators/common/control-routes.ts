import type { FastifyInstance } from 'fastify';
import type { Common } from './app';
import type { Fault } from './faults';

/** Registers the routes every system has on the control address: its faults, its calls, its settings. */
export function commonControl<S extends object>(
  app: FastifyInstance,
  system: 'dynamics' | 'marketo' | 'entra',
  common: Common,
  settings: { get(): S; change(partial: Partial<S>): S },
): void {
  const prefix = `/_sim/${system}`;
  app.post(`${prefix}/faults`, async (request) => ({ id: common.faults.add(request.body as Omit<Fault, 'id'>) }));
  app.get(`${prefix}/faults`, async () => common.faults.list());
  app.delete(`${prefix}/faults`, async () => {
    common.faults.clear();
    return {};
  });
  app.get(`${prefix}/calls`, async () => common.calls.summary());
  app.get(`${prefix}/calls/recent`, async () => common.calls.recent());
  app.delete(`${prefix}/calls`, async () => {
    common.calls.reset();
    return {};
  });
  app.get(`${prefix}/settings`, async () => settings.get());
  app.post(`${prefix}/settings`, async (request) => settings.change((request.body ?? {}) as Partial<S>));
}
