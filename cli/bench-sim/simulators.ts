import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIMULATED_ACCOUNTS } from '../local/simulated-accounts';
import { type RunningSimulators, startSimulators } from '../local/start-simulators';

export type Json = Record<string, unknown>;

/** The simulators in a process of their own, with neither quota nor latency, and a caller beside them. */
export interface Bench {
  pid: number;
  /** Posts to the control address. */
  control(path: string, body: object): Promise<Json>;
  /** How much the ledger of a system holds. */
  ledger(system: 'dynamics' | 'marketo'): Promise<{ entries: number; bytes: number }>;
  /** An answer of the Web API, unread: reading JSON would measure the caller. `path` may be a whole link. */
  dataverse(path: string, prefer: string): Promise<string>;
  /** A call of the REST API; throws where it has no success. */
  marketo(path: string, body: string): Promise<Json>;
}

/** Runs `work` against fresh simulators and ends them. */
export async function withSimulators<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), 'dynamics-marketo-sync-bench-sim-'));
  let running: RunningSimulators | undefined;
  try {
    running = await startSimulators({ data: oneUser(scratch) });
    return await work(await connect(running));
  } finally {
    await running?.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Leads have owners; nothing else is there. */
function oneUser(scratch: string): string {
  const directory = join(scratch, 'data');
  mkdirSync(directory);
  const user = {
    systemuserid: '11111111-1111-4111-8111-111111111111',
    firstname: 'One',
    lastname: 'User',
    accessmode: 0,
  };
  writeFileSync(join(directory, 'systemusers.jsonl'), `${JSON.stringify(user)}\n`);
  return directory;
}

async function connect({ pid, control, entra, dataverse, marketo }: RunningSimulators): Promise<Bench> {
  const read = async (url: string, init: RequestInit = {}): Promise<string> => {
    const answer = await fetch(url, init);
    if (!answer.ok) throw new Error(`HTTP ${answer.status} from ${new URL(url).pathname}`);
    return answer.text();
  };
  const json = async (url: string, init?: RequestInit): Promise<Json> => JSON.parse(await read(url, init)) as Json;
  const order = (path: string, body: object): Promise<Json> =>
    json(`${control}/_sim/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await order('dynamics/settings', { limits: { enabled: false } });
  await order('marketo/settings', { limits: { enabled: false } });
  const { dynamics, marketo: client } = SIMULATED_ACCOUNTS;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: dynamics.clientId,
    client_secret: dynamics.clientSecret,
    scope: `${dataverse}/.default`,
  });
  const granted = await json(`${entra}/${dynamics.tenantId}/oauth2/v2.0/token`, { method: 'POST', body: form });
  const query = `grant_type=client_credentials&client_id=${client.clientId}&client_secret=${client.clientSecret}`;
  const { access_token: access } = await json(`${marketo}/identity/oauth/token?${query}`);
  return {
    pid,
    control: order,
    ledger: async (system) =>
      (await json(`${control}/_sim/${system}/ledger/size`)) as { entries: number; bytes: number },
    dataverse: (path, prefer) =>
      read(path.startsWith('http') ? path : `${dataverse}/api/data/v9.2/${path}`, {
        headers: { authorization: `Bearer ${String(granted.access_token)}`, prefer },
      }),
    async marketo(path, body) {
      const headers = { authorization: `Bearer ${String(access)}`, 'content-type': 'application/json' };
      const answer = await json(`${marketo}/rest/v1/${path}`, { method: 'POST', headers, body });
      if (answer.success !== true) throw new Error(`Marketo refused ${path}: ${JSON.stringify(answer.errors)}`);
      return answer;
    },
  };
}
