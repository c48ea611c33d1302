import type { BenchEnvironment } from './environment';
import { openBench } from './environment';
import { followImport } from './follow-import';
import { readHistories } from './histories';
import { type Edit, type Lags, measureLag, toDynamics, toMarketo } from './lag';
import { peakMegabytes } from './process';
import { type Figure, percentile } from './report';
import type { Measured, Scenario } from './scenario';
import type { Sizes } from './sizes';
import { readStatus, untilCalm } from './status';
import { wait } from './wait';

/** The loop after the import: lag both ways at once, then rest. */
export const loop: Scenario = async ({ sizes, servers, say }) => {
  const env = await openBench({ servers, leads: sizes.linked, adoption: 'create', callsPer20Seconds: 100, real: true });
  try {
    await env.startSync();
    await followImport(env, sizes.linked, say);
    await untilCalm(env);
    say('  edits on both sides');
    const lag = await bothWays(env, sizes);
    await untilCalm(env);
    say('  at rest');
    const rest = await atRest(env, sizes);
    return { figures: [...lag.figures, ...rest.figures], details: { lag: lag.details, rest: rest.details } };
  } finally {
    await env.stop();
  }
};

/** Each edit takes another lead, and the two ways take different ones. */
async function bothWays(env: BenchEnvironment, { editsPerSecond, editSeconds }: Sizes): Promise<Measured> {
  const people = await env.control.people();
  const count = editsPerSecond * editSeconds;
  if (people.length < 2 * count) throw new Error(`${people.length} leads are too few for ${2 * count} edits`);
  const pairs = people.map(({ id, microsoftId }) => ({ person: String(id), row: String(microsoftId) }));
  const forward: Edit[] = pairs.slice(0, count).map(({ person, row }) => ({ id: row, arrivesAt: person }));
  const back: Edit[] = pairs.slice(count, 2 * count).map(({ person, row }) => ({ id: person, arrivesAt: row }));
  const [there, here] = await Promise.all([
    measureLag(env, toMarketo(env.control), forward, editsPerSecond),
    measureLag(env, toDynamics(env.control), back, editsPerSecond),
  ]);
  const at = `${editsPerSecond} edits/s each way, ${editSeconds} s, both at once`;
  return {
    figures: [
      ...lagFigures('Dynamics → Marketo', there, ['≤ 8', '≤ 20'], 'looks every 10 s: mean ≥ 5', at),
      ...lagFigures('Marketo → Dynamics', here, ['≤ 12', '≤ 30'], 'looks every 15 s: mean ≥ 7.5', at),
      { name: 'edits that did not arrive', value: there.missing + here.missing, goal: '= 0', beside: 'floor 0', at },
    ],
    details: { toMarketo: spread(there), toDynamics: spread(here) },
  };
}

function lagFigures(
  name: string,
  { seconds }: Lags,
  [p50, p95]: [string, string],
  beside: string,
  at: string,
): Figure[] {
  return [
    { name: `lag ${name}, p50`, value: percentile(seconds, 0.5), unit: 's', goal: p50, beside, at },
    { name: `lag ${name}, p95`, value: percentile(seconds, 0.95), unit: 's', goal: p95, beside, at },
  ];
}

const spread = ({ seconds, missing }: Lags): object => ({
  edits: seconds.length + missing,
  missing,
  ...Object.fromEntries([0, 0.25, 0.5, 0.75, 0.95, 1].map((part) => [`p${part * 100}`, percentile(seconds, part)])),
});

async function atRest(env: BenchEnvironment, { restCycles }: Sizes): Promise<Measured> {
  const before = await snapshot(env);
  while ((await Promise.race([readStatus(env), env.broken])).cycles - before.cycles < restCycles) await wait(1_000);
  const after = await snapshot(env);
  const cycles = after.cycles - before.cycles;
  const writes = after.marketo.writes - before.marketo.writes + after.dynamics.writes - before.dynamics.writes;
  const actions = after.costs.actions - before.costs.actions;
  const at = `${cycles} cycles, ${Math.round((after.at - before.at) / 1000)} s`;
  return {
    figures: [
      { name: 'writes at rest', value: writes, goal: '= 0', beside: 'floor 0', at },
      {
        name: 'Temporal actions per idle cycle',
        value: actions / cycles,
        goal: '≤ 5',
        beside: 'floor 2 (a look, a timer)',
        at,
      },
      {
        name: 'largest payload in a history',
        value: after.costs.largestPayload / 1024,
        unit: 'KB',
        goal: '≤ 4',
        at: 'after the loop',
      },
      {
        name: 'peak RSS of the worker',
        value: peakMegabytes(env.dev.workers[0]?.pid),
        unit: 'MB',
        goal: '≤ 512',
        at: 'after the loop',
      },
    ],
    details: {
      cycles,
      seconds: (after.at - before.at) / 1000,
      marketoCalls: after.marketo.total - before.marketo.total,
      dynamicsRequests: after.dynamics.total - before.dynamics.total,
      actions: { before: before.costs.byKind, after: after.costs.byKind },
    },
  };
}

async function snapshot(env: BenchEnvironment) {
  const { cycles } = await readStatus(env);
  const [marketo, dynamics] = [await env.control.calls('marketo'), await env.control.calls('dynamics')];
  return { at: Date.now(), cycles, marketo, dynamics, costs: await readHistories(env.client) };
}
