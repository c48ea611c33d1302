import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Call, Query } from './call';
import { failure, type Json, success } from './envelope';
import { MarketoFault } from './errors';
import type { Instance } from './instance';

/** Gives the members of the answer besides `requestId` and `success`. */
export type Handler = (call: Call) => Json | Promise<Json>;

/** Area of the API as its permissions name it: `Read-Only <area>` / `Read-Write <area>` (marketo-api §1.4). */
export type Area =
  | 'Lead'
  | 'Activity'
  | 'Company'
  | 'Opportunity'
  | 'Sales Person'
  | 'Custom Object'
  | 'Custom Object Type'
  | 'Schema Standard Field'
  | 'Schema Custom Field'
  | 'Assets';

export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  /** With `{name}` parts, as in the vendor's documentation. */
  url: string;
  /** Any one of them suffices; none = no permission needed. */
  areas: Area[];
  write: boolean;
  /** The handler waits for the write latency itself (between look-up and commit). */
  ownLatency?: boolean;
  handler: Handler;
}

export interface Routes {
  get(url: string, area: Area | Area[] | null, handler: Handler): void;
  post(url: string, area: Area | Area[], handler: Handler, options?: { ownLatency?: boolean }): void;
  delete(url: string, area: Area | Area[], handler: Handler): void;
}

/** Collects routes, so that a tunnelled `POST …?_method=GET` finds the GET of the same path. */
export class RouteTable implements Routes {
  private byUrl = new Map<string, Map<string, Route>>();

  get(url: string, area: Area | Area[] | null, handler: Handler): void {
    this.put({ method: 'GET', url, areas: area === null ? [] : [area].flat(), write: false, handler });
  }

  post(url: string, area: Area | Area[], handler: Handler, options: { ownLatency?: boolean } = {}): void {
    this.put({ method: 'POST', url, areas: [area].flat(), write: true, handler, ...options });
  }

  delete(url: string, area: Area | Area[], handler: Handler): void {
    this.put({ method: 'DELETE', url, areas: [area].flat(), write: true, handler });
  }

  /** The route a request means, if its path and method are known. */
  find(request: FastifyRequest): Route | undefined {
    const config = request.routeOptions.config as { pattern?: string } | undefined;
    return this.byUrl.get(config?.pattern ?? '')?.get(effectiveMethod(request));
  }

  /** Registers every path with Fastify; a known path with another method answers 605. */
  register(app: FastifyInstance, instance: () => Instance): void {
    for (const [url] of this.byUrl) {
      app.route({
        method: ['GET', 'POST', 'DELETE'],
        url: url.replace(/\{(\w+)\}/g, ':$1'),
        config: { pattern: url },
        handler: (request, reply) => this.answer(request, reply, instance()),
      });
    }
  }

  private async answer(request: FastifyRequest, reply: FastifyReply, instance: Instance): Promise<FastifyReply> {
    const route = this.find(request);
    if (!route) throw new MarketoFault('605', `Request method '${effectiveMethod(request)}' not supported`);
    checkPermission(route, instance);
    const params = new URLSearchParams(request.url.split('?')[1] ?? '');
    // Only a tunnelled call may bring its parameters as a form; merge, for one, takes them from the address alone.
    const form = request.body instanceof URLSearchParams && params.has('_method') ? request.body : [];
    for (const [name, value] of form) params.append(name, value);
    const id = instance.requestId();
    const body = request.body instanceof URLSearchParams ? undefined : request.body;
    const path = request.params as Record<string, string>;
    const answer = await route.handler({ instance, requestId: id, path, query: new Query(params), body });
    return sendJson(reply, success(id, answer));
  }

  private put(route: Route): void {
    const methods = this.byUrl.get(route.url) ?? new Map<string, Route>();
    methods.set(route.method, route);
    this.byUrl.set(route.url, methods);
  }
}

/** The method after `_method` tunnelling (marketo-api §3.1). */
export function effectiveMethod(request: FastifyRequest): string {
  const tunnelled = (request.query as Record<string, string | undefined>)?._method;
  return request.method === 'POST' && tunnelled ? tunnelled.toUpperCase() : request.method;
}

/** Answers with HTTP 200, whatever it says (marketo-api §1.5). */
export function sendJson(reply: FastifyReply, body: Json): FastifyReply {
  return reply.code(200).type('application/json;charset=UTF-8').send(JSON.stringify(body));
}

/** Answers with `success: false` and notes the code for the call log. */
export function sendFailure(request: FastifyRequest, reply: FastifyReply, id: string, code: string, message?: string) {
  request.sim.code = code;
  return sendJson(reply, failure(id, code, message));
}

function checkPermission(route: Route, { settings }: Instance): void {
  if (settings.permissions === null || route.areas.length === 0) return;
  const rights = route.write ? ['Read-Write'] : ['Read-Only', 'Read-Write'];
  const wanted = route.areas.flatMap((area) => rights.map((right) => `${right} ${area}`));
  if (!wanted.some((permission) => settings.permissions?.includes(permission))) throw new MarketoFault('603');
}
