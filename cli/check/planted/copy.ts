import { copyFileSync, linkSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from './compile';
import type { PlantedFault } from './fault';
import { spoiltSources } from './spoilt';

/**
 * A copy of the built service in `to`, spoilt as the fault says: dist with the changed sources compiled over it. What is not
 * changed is linked, so that it costs nothing; packages are found in the checkout, within which `to` has to lie.
 *
 * @param root where the sources are that `dist` was built from
 * @throws Error that names fault and file where the fault does not fit the sources, or they can't be compiled with it
 */
export async function spoil(root: string, dist: string, to: string, fault: PlantedFault): Promise<void> {
  const sources = spoiltSources(fault, root);
  rmSync(to, { recursive: true, force: true });
  linkTree(dist, to);
  for (const [file, source] of sources) {
    const path = join(to, file.replace(/\.ts$/, '.js'));
    // The link goes, not what it leads to; a file that was not built is none that is run.
    rmSync(path);
    writeFileSync(path, await compile(file, source));
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
