import { createServer } from 'node:net';

/** The ports of a local environment, all on loopback. 0 means: any free one. */
export interface Ports {
  /** The control address of the simulators; Entra, Dataverse and Marketo follow on the next three. 0: four free ones. */
  simulators: number;
  temporal: number;
  ui: number;
  mongodb: number;
  /** Of the first worker. */
  metrics: number;
}

/** How many ports after `--port-base` are ours. */
export const PORT_SPAN = 8;

/** Temporal's own, so that its CLI needs no `--address`; the rest is where nothing well-known listens. */
const USUAL: Ports = { simulators: 4600, temporal: 7233, ui: 8233, mongodb: 4606, metrics: 9464 };

/**
 * @param base the value of `--port-base`: eight ports from there on; 0 for free ones; undefined for the usual ones
 */
export function portsFrom(base: number | undefined): Ports {
  if (base === undefined) return USUAL;
  if (base === 0) return { simulators: 0, temporal: 0, ui: 0, mongodb: 0, metrics: 0 };
  return { simulators: base, temporal: base + 4, ui: base + 5, mongodb: base + 6, metrics: base + 7 };
}

/** Reads the value of `--port-base`; throws with the remedy if it is none. */
export function parsePortBase(text: string): number {
  const base = Number(text);
  if (/^\d+$/.test(text) && (base === 0 || (base >= 1024 && base + PORT_SPAN <= 65_536))) return base;
  throw new Error(`--port-base ${text}: give a port from 1024 to ${65_536 - PORT_SPAN}, or 0 for free ones`);
}

/** Free ports on loopback, all different. Another program may take one before it is used; who starts a server there sees it fail. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** The port itself, or a free one for 0. */
export async function portOr(port: number): Promise<number> {
  return port === 0 ? ((await freePorts(1))[0] as number) : port;
}

/** Which of these ports are taken. */
export async function takenPorts(ports: readonly number[]): Promise<number[]> {
  const taken: number[] = [];
  for (const port of ports.filter((one) => one !== 0)) {
    try {
      const server = await listen(port);
      await new Promise((resolve) => server.close(resolve));
    } catch {
      taken.push(port); // in use, or not ours to open: either way not to be had
    }
  }
  return taken;
}

function listen(port: number): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}
