import type { Environment } from './cache';
import { mongoRecipe } from './mongo-recipe';
import { Progress } from './progress';
import { NotResolvedError, type Recipe, type Resolved, resolveServer } from './resolve';
import { temporalRecipe } from './temporal-recipe';

export interface LocalServers {
  temporal: Resolved;
  mongo: Resolved;
  /** Path of the Temporal CLI; undefined only if `needCli` is false and none was found on PATH or in the cache. */
  temporalCli: string | undefined;
}

export interface ResolveServersOptions {
  env?: Environment;
  progress?: Progress;
  /** Whether a CLI has to be found or built even if TEMPORAL_ADDRESS names a server (default true: demo and tests type its commands). */
  needCli?: boolean;
}

/** Resolves both servers side by side; if both fail, both reasons are told. */
export async function resolveServers(options: ResolveServersOptions = {}): Promise<LocalServers> {
  const env = options.env ?? process.env;
  const progress = options.progress ?? new Progress();
  const one = async (subject: string, recipe: Recipe): Promise<Resolved> => {
    const resolved = await resolveServer(recipe, { env, report: progress.for(subject) });
    progress.done(subject, describe(resolved));
    return resolved;
  };
  const [temporal, mongo] = await Promise.allSettled([one('temporal', temporalRecipe), one('mongodb', mongoRecipe)]);
  progress.close();
  const faults = [temporal, mongo].flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  if (temporal.status === 'rejected' || mongo.status === 'rejected') {
    const unexpected = faults.find((fault) => !(fault instanceof NotResolvedError));
    throw unexpected ?? new NotResolvedError(faults.map((fault) => fault.message).join('\n\n'));
  }
  return {
    temporal: temporal.value,
    mongo: mongo.value,
    temporalCli: await cliFor(temporal.value, env, progress, options.needCli ?? true),
  };
}

async function cliFor(
  temporal: Resolved,
  env: Environment,
  progress: Progress,
  need: boolean,
): Promise<string | undefined> {
  if (temporal.source !== 'environment') return temporal.program;
  try {
    const report = progress.for('temporal CLI');
    const found = await resolveServer(temporalRecipe, { env, report, programOnly: true, lookOnly: !need });
    return found.source === 'environment' ? undefined : found.program;
  } catch (error) {
    if (need || !(error instanceof NotResolvedError)) throw error;
    return undefined;
  } finally {
    progress.close();
  }
}

/** One line on where a server came from. */
export function describe(resolved: Resolved): string {
  switch (resolved.source) {
    case 'environment':
      return 'as the environment says';
    case 'path':
      return `${resolved.program} (PATH)`;
    case 'cache':
      return `${resolved.program} (cache)`;
    case 'download':
      return `${resolved.program} (downloaded)`;
    case 'build':
      return `${resolved.program} (built)`;
  }
}
