import { copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlantedFault } from './fault';

/**
 * A copy of the built service in `to`, spoilt as the fault says. What is not changed is linked, so that it costs nothing;
 * packages are found in the checkout, within which `to` has to lie.
 *
 * @throws Error that names fault and file where the text to be replaced is not there exactly once
 */
export function spoil(dist: string, to: string, { name, changes }: PlantedFault): void {
  rmSync(to, { recursive: true, force: true });
  linkTree(dist, to);
  for (const { file, find, replace } of changes) {
    const path = join(to, file);
    const text = readFileSync(path, 'utf8');
    const times = text.split(find).length - 1;
    if (times !== 1)
      throw new Error(`planted fault "${name}": dist/${file} has its text ${times} times, not once: ${find}`);
    // The link goes, not what it leads to.
    rmSync(path);
    writeFileSync(
      path,
      text.replace(find, () => replace),
    );
  }
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (statSync(source).isDirectory()) linkTree(source, target);
    else linkOrCopy(source, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    // Another file system, or one without links.
    copyFileSync(source, target);
  }
}
