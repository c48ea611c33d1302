import { countOf, LEAD_READ, LEAD_ROWS, LEAD_WRITE } from './control';
import { openBench } from './environment';
import { type FollowedImport, followImport } from './follow-import';
import { type HistoryCosts, readHistories } from './histories';
import { peakMegabytes } from './process';
import { type Rate, rateOf } from './rate';
import type { Figure } from './report';
import type { Scenario } from './scenario';
import type { Sizes } from './sizes';

/** Rows a page as the service reads them. */
const PAGE_ROWS = 4_800;

/** Calls for 300 leads, and the goal beside the granted rate. */
const ADOPTIONS = {
  create: { calls: 1, goal: '≥ 0.90' },
  adopt: { calls: 2, goal: '≥ 0.45' },
} as const;
type Adoption = keyof typeof ADOPTIONS;

interface Run {
  adoption: Adoption;
  leads: number;
  sizes: Sizes;
  rate: Rate | undefined;
  followed: FollowedImport;
  costs: HistoryCosts;
  peak: number | undefined;
}

/** The first import within Marketo's limits. */
export const importRate =
  (adoption: Adoption): Scenario =>
  async ({ sizes, servers, say }) => {
    const leads = sizes[adoption];
    const { callsPer20Seconds } = sizes;
    const env = await openBench({ servers, leads, adoption, callsPer20Seconds, real: true });
    try {
      await env.startSync();
      const followed = await followImport(env, leads, say);
      const rate = rateOf(followed.samples, callsPer20Seconds, ADOPTIONS[adoption].calls);
      const costs = await readHistories(env.client);
      const peak = peakMegabytes(env.dev.workers[0]?.pid);
      const run: Run = { adoption, leads, sizes, rate, followed, costs, peak };
      return { figures: [...rateFigures(run), ...costFigures(run), ...workerFigures(run)], details: detailsOf(run) };
    } finally {
      await env.stop();
    }
  };

const sizeOf = ({ adoption, leads, sizes: { quick, callsPer20Seconds } }: Run): string =>
  `${leads} leads, ${adoption}${quick ? `, ${callsPer20Seconds} calls/20 s` : ''}`;

function rateFigures(run: Run): Figure[] {
  const { adoption, rate, followed } = run;
  const { calls, goal } = ADOPTIONS[adoption];
  const at = `${sizeOf(run)}, ${rate?.windows ?? 0} windows`;
  const refused = (followed.refused['606'] ?? 0) + (followed.refused['615'] ?? 0);
  const beside = `ceiling ${1 / calls}; ${Math.round(rate?.leadsPerSecond ?? 0)} leads/s`;
  // Reads run ahead of the writes by up to eight batches: of the few windows of a small run that is a good part.
  const aimed = adoption === 'adopt' && run.sizes.quick ? {} : { goal };
  return [
    { name: `import rate ÷ granted Marketo rate, ${adoption}`, value: rate?.ofGranted, ...aimed, beside, at },
    { name: 'calls used ÷ granted', value: rate?.callsOfGranted, goal: '≥ 0.90', beside: 'ceiling 1', at },
    { name: 'calls refused by a limit (606, 615)', value: refused, goal: '= 0', beside: 'floor 0', at },
  ];
}

/** What is spent once a run weighs on a small one: there only the full size has a goal. */
function costFigures(run: Run): Figure[] {
  const { adoption, leads, sizes, costs, followed } = run;
  const { marketo, dynamics } = followed.calls;
  const at = sizeOf(run);
  const perThousand = (name: string, count: number, goal: string, floor: string, fixed = false): Figure => ({
    name: `${name} per 1,000 leads`,
    value: (count / leads) * 1_000,
    ...(fixed && sizes.quick ? {} : { goal }),
    beside: `floor ${floor}`,
    at,
  });
  const pages = ((Math.ceil(leads / PAGE_ROWS) / leads) * 1_000).toFixed(2);
  const twoAPage = (Number(pages) * 2).toFixed(2);
  return [
    perThousand('Marketo write calls', countOf(marketo, LEAD_WRITE), '≤ 3.6', '3.33'),
    ...(adoption === 'adopt' ? [perThousand('adoption reads', countOf(marketo, LEAD_READ), '≤ 3.4', '3.33')] : []),
    perThousand('Dataverse requests', countOf(dynamics, LEAD_ROWS), '≤ 0.25', pages, true),
    perThousand('Temporal actions', costs.actions, '≤ 2', `${twoAPage} (fetch and apply a page)`, true),
  ];
}

function workerFigures(run: Run): Figure[] {
  const { costs, peak } = run;
  const at = sizeOf(run);
  return [
    { name: 'largest payload in a history', value: costs.largestPayload / 1024, unit: 'KB', goal: '≤ 4', at },
    { name: 'events of the longest run', value: costs.events, goal: '≤ 4200', at },
    { name: 'peak RSS of the worker', value: peak, unit: 'MB', goal: '≤ 512', at },
  ];
}

const detailsOf = ({ rate, followed, costs }: Run): object => ({
  rate,
  refused: followed.refused,
  actions: costs.byKind,
  runs: costs.runs,
  marketo: followed.calls.marketo.byEndpoint,
  dynamics: followed.calls.dynamics.byEndpoint,
});
