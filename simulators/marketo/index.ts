import type { FastifyInstance } from 'fastify';
import { createApp } from '../common/app';
import type { Common } from '../common/types';
import { externalActivityRoutes } from './activities/external/add';
import { externalTypeRoutes } from './activities/external/type-routes';
import { activityRoutes } from './activities/read';
import { bulkControl } from './bulk/control';
import { addMultipart } from './bulk/multipart';
import { bulkRoutes } from './bulk/routes';
import { marketoControl } from './control';
import { customObjectRoutes } from './custom-objects/routes';
import { customObjectSchemaRoutes } from './custom-objects/schema';
import { failure } from './envelope';
import { MarketoFault } from './errors';
import { addGate } from './gate';
import { identityRoutes } from './identity';
import { Instance } from './instance';
import { describeRoutes } from './leads/describe';
import { partitionRoutes } from './leads/partitions';
import { leadPushRoutes } from './leads/push';
import { leadReadRoutes } from './leads/read';
import { leadRemoveRoutes } from './leads/remove';
import { leadSchemaRoutes } from './leads/schema';
import { leadSyncRoutes } from './leads/sync';
import { listRoutes } from './lists';
import { objectRoutes } from './objects/routes';
import { programRoutes } from './programs/routes';
import { addProxy } from './proxy';
import { keysSent } from './refusals';
import { effectiveMethod, RouteTable, sendFailure } from './router';
import { defaultSettings, type MarketoSettings } from './settings';
import { statsRoutes } from './stats';

export interface MarketoSimulator {
  app: FastifyInstance;
  /** Registers `/_sim/marketo/…` on the control server. */
  control(app: FastifyInstance): void;
  /** Back to the state right after start. */
  reset(): void;
  /** `GET /rest/v1/leads.json` … of every endpoint served, beside the two of identity. */
  endpoints(): string[];
  /** For tests in the same process. */
  settings(): MarketoSettings;
}

/** Creates one simulated Marketo instance: identity and REST on `app`, state in memory (marketo-api §11). */
export function createMarketo(common: Common): MarketoSimulator {
  let instance = new Instance(common.clock, defaultSettings(), common.ledger);
  const current = () => instance;
  const routes = new RouteTable();
  const app = createApp(common, {
    bodyLimit: 1024 * 1024, // 1 MB, then 413 (marketo-api §3)
    endpoint: (request) =>
      `${effectiveMethod(request)} ${(request.routeOptions.config as { pattern?: string })?.pattern ?? request.routeOptions.url ?? '(unknown)'}`,
    keys: (request) => keysSent(instance, request.url, request.body),
    isWrite: (request) => routes.find(request)?.write ?? false,
    latencyMs: (request) => {
      const route = routes.find(request);
      if (!route || route.ownLatency) return 0;
      return route.write ? instance.settings.writeLatencyMs : instance.settings.readLatencyMs;
    },
    // Of a 604 that doesn't say, a switch decides whether the work is done (marketo-api §2.2).
    commits: ({ kind, code, commit }) =>
      commit ?? (kind === 'error' && code === '604' && instance.settings.requestTimeoutCommits),
    errorReply: (fault, request) => {
      if (fault.kind === 'status') return { status: fault.status ?? 503, body: 'Service Unavailable' };
      const code = fault.code ?? (fault.commit ? '604' : '611');
      if (request.url.startsWith('/identity/')) return { status: 401, body: { error: code }, code };
      return { status: 200, body: failure(instance.requestId(), code, fault.message), code };
    },
  });
  addParsers(app);
  addMultipart(app);
  addGate(app, current);
  addProxy(app);
  addErrors(app, current);
  identityRoutes(app, current);
  for (const add of [
    describeRoutes,
    leadSchemaRoutes,
    leadReadRoutes,
    leadSyncRoutes,
    leadRemoveRoutes,
    partitionRoutes,
    activityRoutes,
    objectRoutes,
    customObjectSchemaRoutes,
    customObjectRoutes,
    listRoutes,
    bulkRoutes,
    leadPushRoutes,
    externalTypeRoutes,
    externalActivityRoutes,
    programRoutes,
    statsRoutes,
  ]) {
    add(routes);
  }
  routes.register(app, current);
  return {
    app,
    control(controlApp) {
      bulkControl(controlApp, current);
      marketoControl(controlApp, common, current, (munchkinId) => {
        instance.bulk.stop();
        instance = new Instance(common.clock, instance.settings, common.ledger, munchkinId);
        common.ledger.clear();
      });
    },
    reset() {
      instance.bulk.stop();
      instance = new Instance(common.clock, defaultSettings(), common.ledger);
      common.calls.reset();
      common.faults.clear();
    },
    endpoints: () => routes.endpoints(),
    settings: () => instance.settings,
  };
}

/** JSON and form bodies; anything else is 612, unreadable JSON is 609. */
function addParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      done(null, JSON.parse(body as string));
    } catch {
      done(new MarketoFault('609'));
    }
  });
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(body as string)),
  );
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
    body === '' ? done(null, undefined) : done(new MarketoFault('612')),
  );
}

function addErrors(app: FastifyInstance, instance: () => Instance): void {
  app.setNotFoundHandler((request, reply) => sendFailure(request, reply, instance().requestId(), '610'));
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof MarketoFault) {
      return sendFailure(request, reply, instance().requestId(), error.code, error.message);
    }
    if (error.statusCode === 413) {
      request.sim.code = '413';
      return reply.code(413).type('text/plain').send('Request Entity Too Large');
    }
    return sendFailure(request, reply, instance().requestId(), '611');
  });
}
