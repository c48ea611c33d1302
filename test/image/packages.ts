import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Lock {
  packages: Record<string, { dev?: boolean; optional?: boolean }>;
}

/** `to`/node_modules with what `npm prune --omit=dev` leaves of the checkout's: what the lock file does not mark as for development alone. */
export function linkProductionPackages(checkout: string, to: string): void {
  const { packages } = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')) as Lock;
  for (const [path, { dev, optional }] of Object.entries(packages)) {
    if (path === '' || dev) continue;
    // Another platform's.
    if (optional && !existsSync(join(checkout, path))) continue;
    linkTree(join(checkout, path), join(to, path), ['node_modules']);
  }
}

/** A copy that takes no room where the file system has links. @param without names that are left out at the top */
export function linkTree(from: string, to: string, without: readonly string[] = []): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (without.includes(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isFile()) linkFile(source, target);
  }
}

export function linkFile(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  try {
    linkSync(source, target);
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFileSync(source, target);
  }
}
