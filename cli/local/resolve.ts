import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, type Environment } from './cache';
import { findOnPath, isExecutable } from './find-program';
import { withLock } from './lock';
import type { Report } from './progress';

/** A program that would do. `flavour` says how it has to be started. */
export interface Program {
  flavour: string;
  command: string;
  /** Why this file won't do, or undefined if it will. */
  refuse(path: string): Promise<string | undefined>;
}

/** A program that can be put into the cache, by download or by building it. */
export interface Package extends Program {
  /** `<name>-<version>`, the directory in the cache. */
  directory: string;
  via: 'download' | 'build';
  /** What is tried, for messages. */
  label: string;
  /** Leaves `bin/<command>` in the directory `into`; throws with the reason if it can't. */
  obtain(into: string, env: Environment, report: Report): Promise<void>;
}

/** Everything that is known about how to come by one server. The order of DESIGN §6 is the resolver's, not the recipe's. */
export interface Recipe {
  /** Such as "a Temporal server". */
  what: string;
  variable: string;
  onPath: readonly Program[];
  packages: readonly Package[];
  /** What a person can do when nothing worked. */
  remedies: readonly string[];
}

export type Resolved =
  | { source: 'environment'; address: string }
  | { source: 'path' | 'cache' | 'download' | 'build'; flavour: string; program: string };

export interface ResolveOptions {
  env: Environment;
  report: Report;
  /** Look for the program even if an address is given: the CLI is needed beside a server that runs elsewhere. */
  programOnly?: boolean;
  /** Only look, never download or build. */
  lookOnly?: boolean;
}

/** Nothing worked; the message lists what was tried and what to install. */
export class NotResolvedError extends Error {}

/** Finds a server: address in the environment, PATH, cache, download, build. */
export async function resolveServer(recipe: Recipe, options: ResolveOptions): Promise<Resolved> {
  const tried: string[] = [];
  const address = options.env[recipe.variable];
  if (address && !options.programOnly) return { source: 'environment', address };
  if (!options.programOnly) tried.push(`${recipe.variable}: not set`);

  const found = (await lookOnPath(recipe, options.env, tried)) ?? (await lookInCache(recipe, options.env, tried));
  if (found) return found;
  if (!options.lookOnly) {
    for (const via of ['download', 'build'] as const) {
      for (const pack of recipe.packages.filter((one) => one.via === via)) {
        try {
          return await obtain(pack, options);
        } catch (error) {
          tried.push(`${pack.label}: ${(error as Error).message}`);
        }
      }
    }
  }
  const list = (lines: readonly string[]): string => lines.map((line) => `  - ${line}`).join('\n');
  throw new NotResolvedError(
    `${recipe.what} could not be found or built. Tried:\n${list(tried)}\nAny one of these helps:\n${list(recipe.remedies)}`,
  );
}

async function lookOnPath(recipe: Recipe, env: Environment, tried: string[]): Promise<Resolved | undefined> {
  for (const program of recipe.onPath) {
    const paths = await findOnPath(program.command, env);
    if (paths.length === 0) tried.push(`PATH: no ${program.command}`);
    for (const path of paths) {
      const refusal = await program.refuse(path);
      if (refusal === undefined) return { source: 'path', flavour: program.flavour, program: path };
      tried.push(`PATH: ${path} ${refusal}`);
    }
  }
  return undefined;
}

async function lookInCache(recipe: Recipe, env: Environment, tried: string[]): Promise<Resolved | undefined> {
  const seen = new Set<string>();
  for (const pack of recipe.packages) {
    const path = cachedProgram(pack, env);
    if (seen.has(path)) continue;
    seen.add(path);
    const refusal = (await isExecutable(path)) ? await pack.refuse(path) : 'is not there';
    if (refusal === undefined) return { source: 'cache', flavour: pack.flavour, program: path };
    tried.push(`cache: ${path} ${refusal}`);
  }
  return undefined;
}

const cachedProgram = (pack: Package, env: Environment): string =>
  join(cacheRoot(env), pack.directory, 'bin', pack.command);

/** Fills a directory beside the final one and renames it, so that a half-built server is never taken for a whole one. */
async function obtain(pack: Package, { env, report }: ResolveOptions): Promise<Resolved> {
  const root = cacheRoot(env);
  await mkdir(root, { recursive: true });
  const wait = (): void => report(`waiting for another process that is making ${pack.directory}`);
  return withLock(
    join(root, `${pack.directory}.lock`),
    async () => {
      const program = cachedProgram(pack, env);
      // Whoever held the lock before us may have made it.
      if ((await isExecutable(program)) && (await pack.refuse(program)) === undefined) {
        return { source: 'cache', flavour: pack.flavour, program } as const;
      }
      await sweep(root, pack.directory);
      const temporary = join(root, `${pack.directory}.tmp-${process.pid}`);
      try {
        await pack.obtain(temporary, env, report);
        const refusal = await pack.refuse(join(temporary, 'bin', pack.command));
        if (refusal !== undefined) throw new Error(`what came of it ${refusal}`);
        await rm(join(root, pack.directory), { recursive: true, force: true });
        await rename(temporary, join(root, pack.directory));
        return { source: pack.via, flavour: pack.flavour, program } as const;
      } finally {
        await rm(temporary, { recursive: true, force: true });
      }
    },
    wait,
  );
}

/** What killed builds left behind; nobody is working there, as we hold the lock. */
async function sweep(root: string, directory: string): Promise<void> {
  const left = (await readdir(root)).filter((name) => name.startsWith(`${directory}.tmp-`));
  await Promise.all(left.map((name) => rm(join(root, name), { recursive: true, force: true })));
}
