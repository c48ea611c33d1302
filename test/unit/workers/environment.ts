import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '../../../workers/config';

export type Environment = Record<string, string | undefined>;

const directory = mkdtempSync(join(tmpdir(), 'sync-config-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A directory of the suite's own, without a sync.config.yaml. */
export const emptyDirectory = directory;

let files = 0;
/** A file with this text. @returns its path. */
export function yaml(text: string): string {
  files += 1;
  const path = join(directory, `config-${files}.yaml`);
  writeFileSync(path, text);
  return path;
}

const DATA_KEY = Buffer.alloc(32, 7).toString('base64');
export const SECRETS = ['a-dynamics-secret', 'a-marketo-secret', 'a-mongo-password', DATA_KEY];

/** Nothing missing, nothing wrong, nothing more. */
export const complete = (more: Environment = {}): Environment => ({
  DYNAMICS_URL: 'https://contoso.crm.dynamics.com',
  DYNAMICS_TENANT_ID: '11111111-2222-4333-8444-555555555555',
  DYNAMICS_CLIENT_ID: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  DYNAMICS_CLIENT_SECRET: 'a-dynamics-secret',
  MARKETO_URL: 'https://123-abc-456.mktorest.com',
  MARKETO_CLIENT_ID: 'a-marketo-client',
  MARKETO_CLIENT_SECRET: 'a-marketo-secret',
  MONGODB_URI: 'mongodb://someone:a-mongo-password@localhost/',
  SYNC_DATA_KEY: DATA_KEY,
  SYNC_CONFIG: yaml(''),
  ...more,
});

/** The faults that are told, all in one report that holds no secret. */
export function faultsOf(env: Environment): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const secret of SECRETS) expect(error.message).not.toContain(secret);
    expect(error.message.split('\n')).toHaveLength(error.faults.length + 1);
    return [...error.faults];
  }
  return [];
}
