import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BSON } from 'mongodb';
import { Sealer } from '../../clients/mongo/sealer';
import type { ConfigFile } from '../../workers/config-file';
import { configFile, settingsFrom } from '../../workers/config-file';
import { restore } from '../../workflows/state';
import { Memory } from '../truth/memory/stage';
import { Teller } from './teller';

/** A store, both systems, and what the workflows carried, at one moment. */
export interface Fixture {
  /** The commit whose code wrote it. */
  by: string;
  /** Contents of sync.config.yaml, and when that was changed; epoch ms. */
  config: Partial<Record<keyof ConfigFile, unknown>>;
  configChangedAt: number;
  /** Rows that Dynamics gives a page. */
  pageRows: number;
  /** SYNC_DATA_KEY, base64. */
  key: string;
  memory: ReturnType<Memory['dump']>;
  /** What the parent's run handed to its next one (workflows/state.ts `carry`); as plain as a payload. */
  parent: Record<string, unknown>;
  /** Inputs of children, by workflow type. */
  children: { initialImport: object[]; incrementalSync: object[] };
}

export const FIXTURES = ['loop', 'import'] as const;
export type FixtureName = (typeof FIXTURES)[number];

const fileOf = (name: FixtureName): string => join(__dirname, 'fixture', `${name}.json.gz`);

/** Extended JSON: dates stay dates, and bytes come back as MongoDB's driver gives them. */
export function write(name: FixtureName, fixture: Fixture): void {
  const text = BSON.EJSON.stringify(asStored(fixture), { relaxed: true });
  writeFileSync(fileOf(name), gzipSync(text, { level: 9 }));
}

export const read = (name: FixtureName): Fixture =>
  BSON.EJSON.parse(gunzipSync(readFileSync(fileOf(name))).toString(), { relaxed: true }) as unknown as Fixture;

function asStored(value: unknown): unknown {
  if (value instanceof Uint8Array) return new BSON.Binary(value);
  if (Array.isArray(value)) return value.map(asStored);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, asStored(held)]));
}

/** Goes on where the dump was made: with today's code, at that moment, as the parent carried it over. */
export async function reopen({
  config,
  configChangedAt,
  pageRows,
  key,
  memory: dumped,
  parent,
}: Fixture): Promise<Teller> {
  const settings = settingsFrom(configFile.parse(config), configChangedAt);
  const sealer = new Sealer(Buffer.from(key, 'base64'));
  const memory = new Memory({ switches: { dynamics: {}, marketo: {} }, repeats: false, pageRows }, settings, sealer);
  memory.load(dumped);
  const teller = await Teller.of(memory);
  teller.service.carryOn(restore(parent));
  return teller;
}
