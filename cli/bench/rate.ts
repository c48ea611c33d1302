import type { Sample } from './follow-import';

export const ROWS_A_CALL = 300;
const WINDOW_MS = 20_000;

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
