import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { packageRoot } from '../local/paths';

interface ConfigFile {
  customEntities?: { name: string }[];
}

/**
 * The path of the demo's sync.config.yaml. Another organisation (`--data`) may lack the sample's custom table, and a sync that is told of a
 * table that isn't there stops: then it is a copy in `directory` without that table.
 */
export function demoConfig(directory: string, data: string | undefined): string {
  // The build leaves YAML where it is.
  const path = join(packageRoot(), 'cli', 'demo', 'sync.config.yaml');
  if (data === undefined) return path;
  const config = parse(readFileSync(path, 'utf8')) as ConfigFile;
  const customEntities = (config.customEntities ?? []).filter(({ name }) => existsSync(join(data, `${name}s.jsonl`)));
  mkdirSync(directory, { recursive: true });
  const copy = join(directory, 'sync.config.yaml');
  writeFileSync(copy, stringify({ ...config, customEntities }));
  return copy;
}
