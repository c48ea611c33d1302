import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import axios, { type AxiosInstance } from 'axios';
import { isLoopback } from './address';
import { readBody } from './body';
import { type AnswerKind, boundOf } from './bounds';
import { type Api, ApiError } from './errors';
import { NetworkFailure, networkFailure } from './network-failure';

export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** From sending to the last byte; absent: as of the client. */
  timeoutMs?: number;
  /** What it answers: how long that may be (clients/bounds.ts). */
  answers: AnswerKind;
}

export interface HttpAnswer {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string>;
  /** The decoded text, whatever it is: HTML, nothing, half of a JSON document. */
  body: string;
}

export interface Http {
  /** Gives any answer, of any status; throws `NetworkFailure` when there was none, only a part of one, or one over its bound. */
  send(request: HttpRequest): Promise<HttpAnswer>;
}

export interface HttpOptions {
  /** The system it speaks to, for errors of this configuration. */
  api: Api;
  /** Certificates to trust besides the public ones, PEM. */
  caPath?: string;
  /** From sending to the last byte. */
  timeoutMs: number;
}

/**
 * One keep-alive HTTP client. It follows no redirect (a redirect to another origin would carry our token along), keeps no
 * cookies (Dataverse pins a user to one server by a cookie, dataverse-api §6) and judges no status.
 *
 * @throws ApiError `configuration` when the file of certificates cannot be read.
 */
export function createHttp(options: HttpOptions): Http {
  const agent = { keepAlive: true, scheduling: 'lifo' as const };
  const instance = axios.create({
    httpAgent: new HttpAgent(agent),
    httpsAgent: new HttpsAgent({ ...agent, ...certificates(options) }),
    maxRedirects: 0,
    // Read and unpacked by ourselves, up to a bound: axios' own counts what it holds already. Bodies stay text: whether they are
    // JSON is for the caller to find out.
    responseType: 'stream',
    decompress: false,
    transformRequest: [(body: unknown) => body],
    validateStatus: () => true,
  });
  return { send: (request) => send(instance, request, options.timeoutMs) };
}

async function send(instance: AxiosInstance, request: HttpRequest, timeoutMs: number): Promise<HttpAnswer> {
  // A limit for the whole call: axios' own `timeout` starts anew with each byte.
  const signal = AbortSignal.timeout(request.timeoutMs ?? timeoutMs);
  try {
    const answer = await instance.request<Readable>({
      method: request.method,
      url: request.url,
      headers: { 'Accept-Encoding': 'gzip', ...request.headers },
      ...(request.body === undefined ? {} : { data: request.body }),
      signal,
      // A simulator on this machine is never behind the proxy that the environment names.
      ...(isLoopback(new URL(request.url)) ? { proxy: false as const } : {}),
    });
    const { status } = answer;
    const headers = plainHeaders(answer.headers);
    const incoming = { status, headers, body: answer.data };
    const body = await readBody(incoming, boundOf(request.answers, status), signal).catch((error: NetworkFailure) => {
      if (!NEEDS_NO_BODY.has(status)) throw error;
      return '';
    });
    return { status, headers, body };
  } catch (error) {
    throw error instanceof NetworkFailure ? error : networkFailure(error);
  }
}

/**
 * Renew the token, a link that is gone for good, or come again when `Retry-After` says: that holds whatever the body is like, and whether it can
 * be read. Not 403, 404 and 412: whose they are, and of what, only the body tells.
 */
const NEEDS_NO_BODY: ReadonlySet<number> = new Set([401, 410, 429, 503]);

function certificates(options: HttpOptions): { ca?: string[] } {
  if (options.caPath === undefined) return {};
  try {
    // `ca` replaces the public roots, so they are named again.
    return { ca: [...rootCertificates, readFileSync(options.caPath, 'utf8')] };
  } catch {
    throw new ApiError({
      api: options.api,
      operation: 'connect',
      kind: 'configuration',
      code: 'CA_UNREADABLE',
      about: 'the file of CA certificates cannot be read',
    });
  }
}

function plainHeaders(headers: object): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) plain[name.toLowerCase()] = String(value);
  return plain;
}
