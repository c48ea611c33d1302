import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../../../clients/mongo/store';
import type { NativeStage } from './stage';

const root = join(__dirname, '..', '..', '..');

/** `npm run <name> -- …` without npm: what it builds is built before the tests. */
export function command({ org }: NativeStage, name: string, ...args: string[]): Promise<string> {
  const script = join(root, 'dist', 'cli', `${name}.js`);
  const options = { cwd: root, env: { ...org.dev.workerEnv }, timeout: 60_000 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) =>
      error ? reject(new Error(`${name} ended with ${error.code}: ${stderr}`)) : resolve(stdout),
    );
  });
}

/** What `npm run digest` prints, and the CSV that it writes. */
export async function digest(stage: NativeStage, ...args: string[]): Promise<{ text: string; csv: string[] }> {
  const directory = mkdtempSync(join(tmpdir(), 'digest-'));
  try {
    const path = join(directory, 'digest.csv');
    const text = await command(stage, 'digest', '--csv', path, ...args);
    return { text, csv: readFileSync(path, 'utf8').split('\r\n') };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The service's own memory, for what only time would bring about. */
export async function withStore<T>({ org }: NativeStage, act: (store: Store) => Promise<T>): Promise<T> {
  const { MONGODB_URI = '', MONGODB_DATABASE = '', SYNC_DATA_KEY = '' } = org.dev.workerEnv;
  const store = await openStore(MONGODB_URI, MONGODB_DATABASE, Buffer.from(SYNC_DATA_KEY, 'base64'));
  try {
    return await act(store);
  } finally {
    await store.close();
  }
}
