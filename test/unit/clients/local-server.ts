import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Governor } from '../../../clients/governor';

export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface LocalServer {
  url: string;
  seen: SeenRequest[];
  close(): Promise<void>;
}

export type Answer = (request: SeenRequest, response: ServerResponse, count: number) => void;

/** A server of the test's own on a free port of this machine. */
export async function localServer(answer: Answer): Promise<LocalServer> {
  const seen: SeenRequest[] = [];
  const server: Server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      const facts = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
      seen.push(facts);
      answer(facts, response, seen.length);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

export function html(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'Content-Type': 'text/html' });
  response.end('<html><body>Bad gateway, dear Ann Example</body></html>');
}

/** Whole headers, half a body, and the line goes dead. */
export function cut(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) });
  response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
}

export const reset = (response: ServerResponse): void => {
  response.socket?.resetAndDestroy();
};

/** Counts permits: taken, and given back. */
export function countingGovernor(): Governor & { taken: number; open: number } {
  const governor = {
    taken: 0,
    open: 0,
    acquire: async () => {
      governor.taken++;
      governor.open++;
      return {
        release: () => {
          governor.open--;
        },
      };
    },
  };
  return governor;
}
