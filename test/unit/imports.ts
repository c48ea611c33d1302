import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const ROOT = join(__dirname, '../..');

export interface Import {
  /** The importing file, from the root. */
  from: string;
  /** A file from the root, without extension; or a package or built-in as it is written. */
  to: string;
  /** Of a relative import, its folder at the root; else ''. */
  folder: string;
  /** Gone once compiled. */
  typeOnly: boolean;
}

const STATEMENT = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[\w*{][^;'"]*?\bfrom\s+)?['"]([^'"]+)['"]/g;
const CALL = /(?<![.\w])(?:import|require)\s*\(\s*['"]([^'"]+)['"]/g;

export const sourcesOf = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && statSync(join(ROOT, folder, name)).isFile())
    .map((name) => join(folder, name));

export function importsIn(from: string, source: string): Import[] {
  const found: [to: string, typeOnly: boolean][] = [
    ...[...source.matchAll(STATEMENT)].map(([, type, to = '']): [string, boolean] => [to, type !== undefined]),
    ...[...source.matchAll(CALL)].map(([, to = '']): [string, boolean] => [to, false]),
  ];
  return found.map(([written, typeOnly]) => {
    if (!written.startsWith('.')) return { from, to: written, folder: '', typeOnly };
    const to = relative(ROOT, join(ROOT, dirname(from), written));
    return { from, to, folder: to.split('/')[0] ?? '', typeOnly };
  });
}

export const importsOf = (folder: string): Import[] =>
  sourcesOf(folder).flatMap((file) => importsIn(file, readFileSync(join(ROOT, file), 'utf8')));
