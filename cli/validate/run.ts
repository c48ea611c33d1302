import { createDynamicsClient } from '../../clients/dynamics';
import { unlimited } from '../../clients/governor';
import { createMarketoClient } from '../../clients/marketo';
import type { Config } from '../../workers/config';
import { createDeps } from '../../workers/wiring';
import { attempt, type Check, ok } from './check';
import { checkCost } from './cost';
import { checkDynamics } from './dynamics';
import { checkMap } from './map';
import { checkMarketo } from './marketo';
import { checkPush } from './push';
import { checkMongo, checkTemporal } from './servers';

/** Every check, each reported when it is known. Reads only: nothing is written to Dynamics or Marketo. */
export async function validate(config: Config, report: (checks: readonly Check[]) => void): Promise<void> {
  const { limits, settings } = config;
  report([ok('configuration', `${settings.entities.length} entities`)]);
  report(await checkTemporal());
  const { checks, pinned, reachable } = await checkMongo(config);
  report(checks);
  const made = await attempt('clients', 'Check the addresses and paths in the environment', () =>
    systems(config, reachable),
  );
  if ('failed' in made) return report([made.failed]);
  const { dynamics, marketo, close } = made.value;
  try {
    const inDynamics = await checkDynamics(dynamics, settings, pinned);
    report(inDynamics.checks);
    const inMarketo = await checkMarketo(
      marketo,
      { ...config.marketo, governor: unlimited },
      { settings, limits },
      pinned,
    );
    report(inMarketo.checks);
    report(checkMap(settings, inDynamics.tables, inMarketo.fields, pinned.fields));
    report(await checkPush(dynamics, marketo, settings));
    report(checkCost(config));
  } finally {
    await close();
  }
}

/** By the workers' own budget where there is one, so that a check takes nothing from a running sync. */
async function systems(config: Config, budget: boolean) {
  if (budget) {
    const { dynamics, marketo, store } = await createDeps(config);
    return { dynamics, marketo, close: () => store.close() };
  }
  return {
    dynamics: createDynamicsClient({ ...config.dynamics, governor: unlimited }),
    marketo: createMarketoClient({ ...config.marketo, governor: unlimited }),
    close: async () => undefined,
  };
}
