import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the sample lies: beside the sources, also when this file runs from `dist/` (data files are not built). */
export function sampleDirectory(): string {
  const candidates = ['../../data', '../../../../simulators/data'].map((path) => join(__dirname, path));
  const found = candidates.find((path) => existsSync(join(path, 'contacts.jsonl')));
  if (found) return found;
  throw new Error('the sample organisation (simulators/data) is missing; give a directory with --data');
}
