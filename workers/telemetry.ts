import { DefaultLogger, type LogEntry, type Logger, Runtime } from '@temporalio/worker';
import pino from 'pino';

/**
 * Keys that may be logged, and nothing else: a log line is no place for a row's values, a URL or a header.
 * What is not in this list is left out in silence, so that a careless call can't leak.
 */
const ALLOWED = new Set([
  'activityType',
  'activityId',
  'attempt',
  'workflowId',
  'workflowType',
  'runId',
  'taskQueue',
  'namespace',
  'signal',
  'entity',
  'unit',
  'generation',
  'operation',
  'kind',
  'status',
  'code',
  'reason',
  'stack',
  'queues',
  'address',
  'count',
  'durationMs',
  'target',
  'state',
]);

const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });

/** Structured JSON lines, keys by the allow-list. */
export const logger = {
  info: (msg: string, meta: Record<string, unknown> = {}) => log.info(allowed(meta), msg),
  warn: (msg: string, meta: Record<string, unknown> = {}) => log.warn(allowed(meta), msg),
  error: (msg: string, meta: Record<string, unknown> = {}) => log.error(allowed(meta), msg),
};

export function allowed(meta: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(meta).filter(
      ([key, value]) => ALLOWED.has(key) && [value].flat().every((one) => typeof one !== 'object'),
    ),
  );
}

/** What the SDK warns of and is meant here: the queues of the vendors have activities alone (model/queues.ts). */
const MEANT = new Set(['No workflows registered, not polling for workflow tasks']);

export function sdkLevel({ level, message }: Pick<LogEntry, 'level' | 'message'>): keyof typeof logger {
  if (level === 'ERROR') return 'error';
  return level === 'WARN' && !MEANT.has(message) ? 'warn' : 'info';
}

/** The SDK's lines by the same rule. Errors of activities are typed and templated (activities/failures.ts). */
const sdkLogger: Logger = new DefaultLogger('INFO', (entry: LogEntry) => {
  logger[sdkLevel(entry)](entry.message, (entry.meta ?? {}) as Record<string, unknown>);
});

/** Once, before any connection: the SDK's logger, and Prometheus metrics of SDK and service on one address. */
export function installRuntime(metricsAddress: string): void {
  Runtime.install({
    logger: sdkLogger,
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } },
      metrics: { prometheus: { bindAddress: metricsAddress } },
    },
  });
}
