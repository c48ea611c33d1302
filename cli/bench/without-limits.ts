import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { builtFile } from '../local/paths';
import { SIMULATED_ACCOUNTS } from '../local/simulated-accounts';
import { type BenchEnvironment, openBench } from './environment';
import { followImport } from './follow-import';
import { cpuSeconds, peakMegabytes } from './process';
import type { Scenario } from './scenario';

/** 200 calls a second: far above what a machine does. */
const CALLS_PER_20_SECONDS = 4_000;
/** As many as the service has (activities/apply.ts). */
const AT_ONCE = 8;
const WARM_UP = 5_000;
const BARE_LIMIT_MS = 600_000;

interface Bare {
  rows: number;
  taken: number;
  seconds: number;
}

/** An import with neither quota nor latency, beside a bare loop on the same simulators: what our own work costs. */
export const withoutLimits: Scenario = async ({ sizes, servers, say }) => {
  const leads = sizes.unlimited;
  const env = await openBench({
    servers,
    leads: WARM_UP,
    adoption: 'create',
    callsPer20Seconds: CALLS_PER_20_SECONDS,
    real: false,
  });
  try {
    // The simulators are warm for both; the bare loop and the worker begin cold.
    await bareLoop(env);
    await env.fill(leads);
    const bare = await bareLoop(env);
    if (bare.taken !== leads) throw new Error(`the bare loop created ${bare.taken} of ${leads} leads`);
    say(`  the bare loop: ${Math.round(bare.rows / bare.seconds)} rows/s`);
    await env.fill(leads);
    const before = cpu(env);
    await env.startSync();
    const { samples, startedAt } = await followImport(env, leads, say);
    const seconds = ((samples.at(-1)?.at ?? 0) - startedAt) / 1000;
    const rate = leads / seconds;
    const after = cpu(env);
    const micros = (name: keyof typeof after): number => ((after[name] - before[name]) / leads) * 1e6;
    const bareRate = bare.rows / bare.seconds;
    const at = `${leads} leads, no quota, no latency`;
    return {
      figures: [
        { name: 'import rows/s', value: rate, beside: `bare loop ${Math.round(bareRate)}`, at },
        { name: 'import rows/s ÷ bare loop', value: rate / bareRate, goal: '≥ 0.5', beside: 'ceiling 1', at },
        {
          name: 'peak RSS of the worker',
          value: peakMegabytes(env.dev.workers[0]?.pid),
          unit: 'MB',
          goal: '≤ 512',
          at,
        },
        {
          name: 'processor time a row: worker',
          value: micros('worker'),
          unit: 'µs',
          beside: `MongoDB ${Math.round(micros('mongo'))}, simulators ${Math.round(micros('simulators'))}, Temporal ${Math.round(micros('temporal'))}`,
          at,
        },
      ],
      details: { seconds, bare, microsecondsARow: Object.fromEntries(NAMES.map((name) => [name, micros(name)])) },
    };
  } finally {
    await env.stop();
  }
};

const NAMES = ['worker', 'mongo', 'simulators', 'temporal'] as const;

/** Seconds of processor time of each process so far; 0 where the system doesn't tell. */
function cpu({ dev }: BenchEnvironment): Record<(typeof NAMES)[number], number> {
  return {
    worker: cpuSeconds(dev.workers[0]?.pid) ?? 0,
    mongo: cpuSeconds(dev.backends.mongo.child?.pid) ?? 0,
    simulators: cpuSeconds(dev.simulators.pid) ?? 0,
    temporal: cpuSeconds(dev.backends.temporal.child?.pid) ?? 0,
  };
}

async function bareLoop({ dev }: BenchEnvironment): Promise<Bare> {
  const { dataverse, marketo, entra } = dev.simulators;
  const { dynamics, marketo: marketoClient } = SIMULATED_ACCOUNTS;
  const order = { dataverse, marketo, entra, dynamics, marketoClient, atOnce: AT_ONCE };
  const args = [builtFile('cli/bench/bare-loop.js'), JSON.stringify(order)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: BARE_LIMIT_MS });
  return JSON.parse(stdout) as Bare;
}
