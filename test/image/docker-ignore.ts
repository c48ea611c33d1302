import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The files below `root` that a .dockerignore lets through, as Docker reads it: the last pattern that fits a path or a folder above it
 * decides. https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function buildContext(root: string, dockerignore: string): string[] {
  const patterns = dockerignore
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ lets: line.startsWith('!'), path: line.replace(/^!/, '').replace(/^\/|\/$/g, '') }))
    .map(({ lets, path }) => ({ lets, path, fits: matcherOf(path) }));
  const isLetThrough = (path: string): boolean => patterns.findLast(({ fits }) => fits(path))?.lets ?? true;
  /** Of an ignored folder Docker reads what an exception may lie in. */
  const isRead = (folder: string): boolean =>
    isLetThrough(folder) || patterns.some(({ lets, path }) => lets && path.startsWith(`${folder}/`));

  const filesIn = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return isRead(path) ? filesIn(path) : [];
      return isLetThrough(path) ? [path] : [];
    });
  return filesIn('').sort();
}

/** Whether a pattern fits a path or a folder above it. */
function matcherOf(pattern: string): (path: string) => boolean {
  const expression = new RegExp(`^${expressionOf(pattern)}(?:/.*)?$`);
  return (path) => expression.test(path);
}

/** `*` and `?` stop at a slash, `**` does not. */
export const expressionOf = (pattern: string): string =>
  pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*\*\/|\*\*|\*|\?/g, (wild) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*' })[wild] ?? '[^/]');
