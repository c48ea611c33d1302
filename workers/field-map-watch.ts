import { statSync } from 'node:fs';
import type { Schema } from '../activities/schema';
import { fieldMapOf } from '../model/settings';
import { type Config, ConfigError, loadConfig } from './config';
import { logger } from './telemetry';

/** One stat of a file: a change is noticed within a look. */
const EVERY_MS = 10_000;

/**
 * Takes over the field map of a sync.config.yaml that was changed while the worker runs, so that a field can be added
 * without a restart; the workers share it through Mongo. Other settings are read at a start only. A file that is not
 * right is told in the log, and what was read before holds on.
 *
 * @returns ends the watch
 */
export function watchFieldMap(
  { configPath, settings }: Pick<Config, 'configPath' | 'settings'>,
  schema: Pick<Schema, 'offer'>,
  env: Parameters<typeof loadConfig>[0],
  everyMs = EVERY_MS,
): () => void {
  let seen = settings.mapVersion;
  const look = () => {
    const changedAt = statSync(configPath, { throwIfNoEntry: false })?.mtimeMs;
    if (changedAt === undefined || changedAt === seen) return;
    seen = changedAt;
    try {
      schema.offer(fieldMapOf(loadConfig(env).settings));
      logger.info(
        'sync.config.yaml has changed: its field map is taken over; other settings count from the next start',
      );
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      logger.warn('sync.config.yaml has changed and is not right: npm run validate', { count: error.faults.length });
    }
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
