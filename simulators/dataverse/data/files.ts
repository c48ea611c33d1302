import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../database';
import { tableFor } from './custom-table';
import type { RawRow } from './infer';
import { insertRows, type TableRows } from './insert';

/** Order of loading, so that ids of few, often referred-to rows come first; the rest follows by name. */
const FIRST = ['systemusers', 'teams', 'teammemberships', 'accounts', 'contacts', 'leads', 'opportunities'];

/** Loads `dir/*.jsonl`, then `dir/supplement/*.jsonl` where there is one. */
export function loadDirectory(database: Database, dir: string): void {
  const files = [...jsonl(dir), ...jsonl(join(dir, 'supplement'))];
  if (files.length === 0) throw new Error(`there are no .jsonl files in ${dir}; give another directory with --data`);
  const tables: TableRows[] = files.map(({ stem, path }) => {
    const rows = readRows(path);
    return [tableFor(database, stem, rows), rows];
  });
  insertRows(database, tables);
}

function jsonl(dir: string): { stem: string; path: string }[] {
  if (!existsSync(dir)) return [];
  const rank = (stem: string): number => (FIRST.indexOf(stem) + FIRST.length + 1) % (FIRST.length + 1);
  return readdirSync(dir)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => ({ stem: name.slice(0, -6), path: join(dir, name) }))
    .sort((a, b) => rank(a.stem) - rank(b.stem) || a.stem.localeCompare(b.stem));
}

function readRows(path: string): RawRow[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      try {
        return JSON.parse(line) as RawRow;
      } catch {
        throw new Error(`line ${index + 1} of ${path} is not a JSON object`);
      }
    });
}
