import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Multipart } from './bulk/multipart';
import { type Call, Query } from './call';
import { failure, type Json, success } from './envelope';
import { MarketoFault } from './errors';
import type { Instance } from './instance';
import { RawAnswer } from './raw';
import { countRecords, noteRefusals } from './refusals';
import { Skip } from './skip';

/** Gives the members of the answer besides `requestId` and `success`, or an answer that is no envelope. */
export type Handler = (call: Call) => Json | RawAnswer | Promise<Json | RawAnswer>;

/** Area of the API as its permissions name it: `Read-Only <area>` / `Read-Write <area>` (marketo-api §1.4). */
export type Area =
  | 'Lead'
  | 'Activity'
  | 'Activity Metadata'
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
  /** Takes multipart/form-data of up to this many bytes; every other endpoint takes 1 MB and no multipart. */
  multipartLimit?: number;
  handler: Handler;
}

/** `write: false` marks a POST that changes no record and needs no more than the right to read. */
export type PostOptions = Partial<Pick<Route, 'ownLatency' | 'write' | 'multipartLimit'>>;

export interface Routes {
  get(url: string, area: Area | Area[] | null, handler: Handler): void;
  post(url: string, area: Area | Area[], handler: Handler, options?: PostOptions): void;
  delete(url: string, area: Area | Area[], handler: Handler): void;
}

/** What a tunnelled method means at an address that does not have it by itself, as recorded clients use it: another POST. */
const TUNNELLED: Readonly<Record<string, string>> = {
  'DELETE /rest/v1/leads.json': '/rest/v1/leads/delete.json',
};

/** Collects routes, so that a tunnelled `POST …?_method=GET` finds the GET of the same path. */
export class RouteTable implements Routes {
  private byUrl = new Map<string, Map<string, Route>>();

  get(url: string, area: Area | Area[] | null, handler: Handler): void {
    this.put({ method: 'GET', url, areas: area === null ? [] : [area].flat(), write: false, handler });
  }

  post(url: string, area: Area | Area[], handler: Handler, options: PostOptions = {}): void {
    this.put({ method: 'POST', url, areas: [area].flat(), write: true, handler, ...options });
  }

  delete(url: string, area: Area | Area[], handler: Handler): void {
    this.put({ method: 'DELETE', url, areas: [area].flat(), write: true, handler });
  }

  /** `GET /rest/v1/leads.json` … of every endpoint served. */
  endpoints(): string[] {
    return [...this.byUrl.values()].flatMap((methods) =>
      [...methods.values()].map(({ method, url }) => `${method} ${url}`),
    );
  }

  /** The route a request means, if its path and method are known. */
  find(request: FastifyRequest): Route | undefined {
    const config = request.routeOptions.config as { pattern?: string } | undefined;
    const { pattern: url = '' } = config ?? {};
    const meant = TUNNELLED[`${effectiveMethod(request)} ${url}`];
    return meant ? this.byUrl.get(meant)?.get('POST') : this.byUrl.get(url)?.get(effectiveMethod(request));
  }

  /** Registers every path with Fastify; a known path with another method answers 605. */
  register(app: FastifyInstance, instance: () => Instance): void {
    for (const [url, methods] of this.byUrl) {
      const bodyLimit = Math.max(...[...methods.values()].map((route) => route.multipartLimit ?? 0));
      // A client of others reaches the bulk calls from its REST endpoint by `/rest/../bulk`, and is let through (§1.1).
      for (const path of url.startsWith('/bulk/') ? [url, `/rest/..${url}`] : [url]) {
        app.route({
          method: ['GET', 'POST', 'DELETE'],
          url: path.replace(/\{(\w+)\}/g, ':$1'),
          config: { pattern: url },
          ...(bodyLimit > 0 && { bodyLimit }),
          handler: (request, reply) => this.answer(request, reply, instance()),
        });
      }
    }
  }

  private async answer(request: FastifyRequest, reply: FastifyReply, instance: Instance): Promise<FastifyReply> {
    const route = this.find(request);
    if (!route) throw new MarketoFault('605', `Request method '${effectiveMethod(request)}' not supported`);
    checkPermission(route, instance);
    if (request.body instanceof Multipart && route.multipartLimit === undefined) throw new MarketoFault('612');
    Object.assign(request.sim, { endpoint: `${route.method} ${route.url}`, write: route.write }); // tunnelled by its body
    const params = new URLSearchParams(request.url.split('?')[1] ?? '');
    // Only a tunnelled call may bring its parameters as a form; merge, for one, takes them from the address alone.
    const form = tunnelOf(request) !== undefined && request.body instanceof URLSearchParams ? request.body : [];
    for (const [name, value] of form) params.append(name, value);
    const id = instance.requestId();
    const body = request.body instanceof URLSearchParams ? undefined : request.body;
    const path = request.params as Record<string, string>;
    const records = countRecords(body);
    if (records !== undefined) request.sim.records = records;
    if (route.url.startsWith('/rest/v1/activities')) request.sim.changes = true;
    const { range } = request.headers;
    const call = { instance, requestId: id, path, query: new Query(params), range };
    const skip = route.write ? Skip.of(request.sim.fault, route.url, body) : undefined;
    const rest = skip ? skip.rest(body) : body;
    const done = skip && rest === undefined ? {} : await route.handler({ ...call, body: rest });
    const answer = skip && !(done instanceof RawAnswer) ? skip.with(done) : done;
    if (answer instanceof RawAnswer) {
      return reply.code(answer.status).type(answer.type).headers(answer.headers).send(answer.body);
    }
    if (route.write) noteRefusals(instance, request.url, body, answer);
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
  return tunnelOf(request)?.toUpperCase() ?? request.method;
}

/** `_method` of a POST, in its address or, as recorded clients do it, in its form; a form is known once it was read. */
function tunnelOf(request: FastifyRequest): string | undefined {
  if (request.method !== 'POST') return undefined;
  const form = request.body instanceof URLSearchParams ? request.body.get('_method') : null;
  return (request.query as Record<string, string | undefined>)?._method || form || undefined;
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
