import { createApply } from './apply';
import type { Deps } from './deps';
import { createFetch } from './fetch';
import { createLook } from './look';
import { createPreflight } from './preflight';
import { recorded } from './recorded';
import { createStatus } from './status';

/** Every side effect that a workflow may ask for. Which queue each runs on: workflows/options.ts. */
export const createActivities = (deps: Deps) =>
  recorded(deps.store.failures, {
    ...createPreflight(deps),
    ...createFetch(deps),
    ...createLook(deps),
    ...createApply(deps),
    ...createStatus(deps),
  });

export type Activities = ReturnType<typeof createActivities>;
