import type { FastifyInstance } from 'fastify';
import { createCommon } from './common/app';
import { createClock } from './common/clock';
import { createControl } from './control';
import { createDataverse } from './dataverse';
import { createEntra } from './entra';
import { createMarketo } from './marketo';

const HOST = '127.0.0.1';
const DEFAULT_PORT_BASE = 4600;

export interface SimulatorOptions {
  /** A directory of JSONL files; null = no rows; undefined = the sample in simulators/data. */
  data?: string | null;
  /** Port of the control server, the others follow; 0 = four free ports. Default 4600. */
  portBase?: number;
}

export interface Simulators {
  control: string;
  entra: string;
  dataverse: string;
  marketo: string;
  close(): Promise<void>;
}

/** Starts the four listeners on the loopback address, with one clock. */
export async function startSimulators(options: SimulatorOptions = {}): Promise<Simulators> {
  const clock = createClock();
  const common = { entra: createCommon(clock), dataverse: createCommon(clock), marketo: createCommon(clock) };
  let entraUrl = '';
  let dataversePort = '';
  const resources = (): string[] => [`http://${HOST}:${dataversePort}`, `http://localhost:${dataversePort}`];
  const entra = createEntra(common.entra, resources);
  const dataverse = createDataverse(common.dataverse, {
    data: options.data,
    tokens: entra.tokens,
    resources,
    entraUrl: () => entraUrl,
  });
  const marketo = createMarketo(common.marketo);
  const control = createControl(clock, [entra, dataverse, marketo], () => {
    for (const { calls, faults, ledger } of Object.values(common)) {
      calls.reset();
      ledger.clear();
      faults.clear();
    }
  });
  const apps: FastifyInstance[] = [control, entra.app, dataverse.app, marketo.app];
  const close = async (): Promise<void> => {
    for (const app of apps) app.server.closeAllConnections();
    await Promise.all(apps.map((app) => app.close()));
  };
  const base = options.portBase ?? DEFAULT_PORT_BASE;
  try {
    const urls: string[] = [];
    for (const [index, app] of apps.entries()) {
      urls.push(await app.listen({ host: HOST, port: base === 0 ? 0 : base + index }));
    }
    const [controlUrl, entraAddress, dataverseUrl, marketoUrl] = urls as [string, string, string, string];
    entraUrl = entraAddress;
    dataversePort = new URL(dataverseUrl).port;
    return { control: controlUrl, entra: entraUrl, dataverse: dataverseUrl, marketo: marketoUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}
