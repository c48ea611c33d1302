import fastify, { type FastifyInstance } from 'fastify';
import { type Actor, as } from './common/actor';
import type { Clock } from './common/clock';

/** One simulated system as the control address sees it. */
export interface Controllable {
  control(app: FastifyInstance): void;
  reset(): void;
}

/** On whose behalf the control address writes, by route; all else is the system itself. */
const ACTORS: Readonly<Record<string, Actor>> = {
  '/_sim/dynamics/edit': { by: 'user' },
  '/_sim/dynamics/seed': { by: 'data' },
  '/_sim/dynamics/generate': { by: 'data' },
  '/_sim/marketo/edit': { by: 'marketer' },
  '/_sim/marketo/edit-object': { by: 'marketer' },
  '/_sim/marketo/seed': { by: 'data' },
};

/** The control server: reset, clock and health for all, and each system's own routes. Wrong input answers 400. */
export function createControl(
  clock: Clock,
  systems: readonly Controllable[],
  resetCommon: () => void,
): FastifyInstance {
  const app = fastify({ bodyLimit: 512 * 1024 * 1024 });
  app.removeAllContentTypeParsers();
  // Whatever it says it is: `curl -d` calls its body a form.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, String(body).trim() === '' ? {} : JSON.parse(String(body)));
    } catch {
      done(new Error('the body is not JSON: give an object, as {"ms": 1000}'));
    }
  });
  app.setErrorHandler((error, _request, reply) =>
    reply.code(400).send({ error: error instanceof Error ? error.message : String(error) }),
  );
  app.addHook('preHandler', (request, _reply, done) =>
    as(ACTORS[request.routeOptions.url ?? ''] ?? { by: 'system' }, done),
  );
  app.get('/_sim/health', async () => ({ ok: true, now: new Date(clock.now()).toISOString() }));
  app.post('/_sim/reset', async () => {
    clock.reset();
    resetCommon();
    for (const system of systems) system.reset();
    return {};
  });
  app.post('/_sim/clock/advance', async (request) => {
    const { ms } = (request.body ?? {}) as { ms?: number };
    if (typeof ms !== 'number' || !(ms >= 0)) throw new Error('ms must be a number of milliseconds, 0 or more');
    clock.advance(ms);
    return { now: new Date(clock.now()).toISOString() };
  });
  for (const system of systems) system.control(app);
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send({ error: `there is no ${request.method} ${request.url}; docs/simulators.md lists what there is` }),
  );
  return app;
}
