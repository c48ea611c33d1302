import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change, PlantedFault } from './fault';

/**
 * The sources that a fault changes, by their path from `root`, as they are with all its changes made.
 *
 * @throws Error that names fault and file where a file is not there, is not played, or does not hold the text exactly once
 */
export function spoiltSources({ name, changes }: PlantedFault, root: string): Map<string, string> {
  const sources = new Map<string, string>();
  for (const change of changes) {
    const { file } = change;
    try {
      sources.set(file, changed(sources.get(file) ?? sourceOf(root, file), change));
    } catch (error) {
      throw new Error(`planted fault "${name}": ${file} ${(error as Error).message}`, { cause: error });
    }
  }
  return sources;
}

function sourceOf(root: string, file: string): string {
  // Stories are played without Temporal (cli/check/stage/service.ts).
  if (file.startsWith('workflows/')) throw new Error('is never run: the stories play activities, without a workflow');
  const path = join(root, file);
  if (!existsSync(path)) throw new Error('is not there: faults are planted in the sources, which only a checkout has');
  return readFileSync(path, 'utf8');
}

function changed(text: string, { find, replace }: Change): string {
  const pattern = patternOf(find);
  const times = [...text.matchAll(pattern)].length;
  if (times !== 1) throw new Error(`has its text ${times} times, not once: ${find}`);
  return text.replace(pattern, () => replace);
}

/**
 * The same words and signs however the formatter wraps them: with any space between them, and with or without a comma
 * ahead of a bracket that closes.
 */
function patternOf(find: string): RegExp {
  const tokens = find.replace(/,(?=\s*[)\]}])/g, '').match(/\w+|[^\w\s]/g) ?? [];
  const patterns = tokens.map((token) => {
    if (/\w/.test(token)) return `\\b${token}\\b`;
    return /[)\]}]/.test(token) ? `(?:,\\s*)?\\${token}` : `\\${token}`;
  });
  return new RegExp(patterns.join('\\s*'), 'g');
}
