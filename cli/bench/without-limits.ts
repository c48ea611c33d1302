import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { builtFile } from '../local/paths';
import { SIMULATED_ACCOUNTS } from '../local/simulated-accounts';
import { type BenchEnvironment, openBench } from './environment';
import { followImport } from './follow-import';
import { peakMegabytes } from './memory';
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
    await env.startSync();
    const { samples, startedAt } = await followImport(env, leads, say);
    const seconds = ((samples.at(-1)?.at ?? 0) - startedAt) / 1000;
    const rate = leads / seconds;
    const bareRate = bare.rows / bare.seconds;
    const at = `${leads} leads, no quota, no latency`;
    return {
      figures: [
        { name: 'import rows/s', value: rate, beside: `bare loop ${Math.round(bareRate)}`, at },
        { name: 'import rows/s ÷ bare loop', value: rate / bareRate, goal: '≥ 0.5', beside: 'ceiling 1', at },
        {
          name: 'peak RSS of the worker',
          value: peakMegabytes(env.dev.workers[0]?.pid ?? 0),
          unit: 'MB',
          goal: '≤ 512',
          at,
        },
      ],
      details: { seconds, bare },
    };
  } finally {
    await env.stop();
  }
};

async function bareLoop({ dev }: BenchEnvironment): Promise<Bare> {
  const { dataverse, marketo, entra } = dev.simulators;
  const { dynamics, marketo: marketoClient } = SIMULATED_ACCOUNTS;
  const order = { dataverse, marketo, entra, dynamics, marketoClient, atOnce: AT_ONCE };
  const args = [builtFile('cli/bench/bare-loop.js'), JSON.stringify(order)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: BARE_LIMIT_MS });
  return JSON.parse(stdout) as Bare;
}
