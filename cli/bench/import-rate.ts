import { countOf, LEAD_READ, LEAD_ROWS, LEAD_WRITE } from './control';
import { openBench } from './environment';
import { followImport, type Sample } from './follow-import';
import { readHistories } from './histories';
import { peakMegabytes } from './memory';
import type { Figure } from './report';
import type { Scenario } from './scenario';

const ROWS_A_CALL = 300;
const WINDOW_MS = 20_000;
/** Rows a page as the service reads them. */
const PAGE_ROWS = 4_800;

/** The floor of each adoption: calls for 300 leads, and the goal beside the granted rate. */
const ADOPTIONS = {
  create: { calls: 1, goal: '≥ 0.85' },
  adopt: { calls: 2, goal: '≥ 0.43' },
} as const;

export interface Rate {
  /** Leads created a second ÷ (300 × granted calls a second). */
  ofGranted: number;
  callsOfGranted: number;
  leadsPerSecond: number;
  /** Whole windows that were counted. */
  windows: number;
  seconds: number;
}

/**
 * The rate over whole limit windows. Calls come in bursts, one a window, so both ends are taken at the same point of
 * a burst: where the leads of a whole number of windows are there. The first window is empty at the start and is left
 * out. Undefined with fewer than two windows.
 */
export function rateOf(samples: readonly Sample[], callsPerWindow: number, callsPerBatch: number): Rate | undefined {
  const leadsPerWindow = Math.floor(callsPerWindow / callsPerBatch) * ROWS_A_CALL;
  const windows = Math.floor((samples.at(-1)?.created ?? 0) / leadsPerWindow);
  const first = samples.find(({ created }) => created >= leadsPerWindow);
  const last = samples.find(({ created }) => created >= windows * leadsPerWindow);
  if (!first || !last || windows < 2) return undefined;
  const seconds = (last.at - first.at) / 1000;
  const granted = callsPerWindow / (WINDOW_MS / 1000);
  const leadsPerSecond = (last.created - first.created) / seconds;
  return {
    ofGranted: leadsPerSecond / (ROWS_A_CALL * granted),
    callsOfGranted: (last.calls - first.calls) / seconds / granted,
    leadsPerSecond,
    windows: windows - 1,
    seconds,
  };
}

/** The first import within Marketo's limits. */
export const importRate =
  (adoption: 'create' | 'adopt'): Scenario =>
  async ({ sizes, servers, say }) => {
    const leads = sizes[adoption];
    const { callsPer20Seconds } = sizes;
    const env = await openBench({ servers, leads, adoption, callsPer20Seconds, real: true });
    try {
      await env.startSync();
      const { samples, refused, calls } = await followImport(env, leads, say);
      const { calls: callsPerBatch, goal } = ADOPTIONS[adoption];
      const rate = rateOf(samples, callsPer20Seconds, callsPerBatch);
      const costs = await readHistories(env.client);
      const peak = peakMegabytes(env.dev.workers[0]?.pid ?? 0);
      const at = `${leads} leads, ${adoption}${sizes.quick ? `, ${callsPer20Seconds} calls/20 s` : ''}`;
      const perThousand = (count: number): number => (count / leads) * 1_000;
      const limits = ['606', '615'].reduce((sum, code) => sum + (refused[code] ?? 0), 0);
      const figures: Figure[] = [
        {
          name: `import rate ÷ granted Marketo rate, ${adoption}`,
          value: rate?.ofGranted,
          goal,
          beside: `ceiling ${(1 / callsPerBatch).toFixed(2)}; ${Math.round(rate?.leadsPerSecond ?? 0)} leads/s`,
          at: `${at}, ${rate?.windows ?? 0} windows`,
        },
        { name: 'calls used ÷ granted', value: rate?.callsOfGranted, goal: '≥ 0.90', beside: 'ceiling 1', at },
        { name: 'calls refused by a limit (606, 615)', value: limits, goal: '= 0', beside: 'floor 0', at },
        {
          name: 'Marketo write calls per 1,000 leads',
          value: perThousand(countOf(calls.marketo, LEAD_WRITE)),
          goal: '≤ 3.6',
          beside: 'floor 3.33',
          at,
        },
        ...(adoption === 'adopt'
          ? [
              {
                name: 'adoption reads per 1,000 leads',
                value: perThousand(countOf(calls.marketo, LEAD_READ)),
                goal: '≤ 3.4',
                beside: 'floor 3.33',
                at,
              },
            ]
          : []),
        {
          name: 'Dataverse requests per 1,000 rows',
          value: perThousand(countOf(calls.dynamics, LEAD_ROWS)),
          goal: '≤ 0.25',
          beside: `floor ${perThousand(Math.ceil(leads / PAGE_ROWS)).toFixed(2)}`,
          at,
        },
        {
          name: 'Temporal actions per 1,000 rows',
          value: perThousand(costs.actions),
          goal: '≤ 2',
          beside: 'floor 0.42 (two a page)',
          at,
        },
        { name: 'largest payload in a history', value: costs.largestPayload / 1024, unit: 'KB', goal: '≤ 4', at },
        { name: 'events of the longest run', value: costs.events, goal: '≤ 4200', at },
        { name: 'peak RSS of the worker', value: peak, unit: 'MB', goal: '≤ 512', at },
      ];
      return {
        figures,
        details: {
          rate,
          refused,
          actions: costs.byKind,
          runs: costs.runs,
          marketo: calls.marketo.byEndpoint,
          dynamics: calls.dynamics.byEndpoint,
        },
      };
    } finally {
      await env.stop();
    }
  };
