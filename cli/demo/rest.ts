import type { Calls, Control } from './control';
import { wait } from './readers/wait';
import type { StatusReader } from './status';

export interface Rest {
  cycles: number;
  writes: number;
  /** Endpoints that were written to; no values. */
  endpoints: string[];
}

const CYCLES = 5;
const LIMIT_MS = 180_000;
const READ_ONLY = /^(GET |POST \/identity|POST \$batch)/;

/** Runs `meanwhile` (which must write nothing) and waits for five cycles; counts what the service has written in that time. */
export async function watchRest<T>(
  control: Control,
  status: StatusReader,
  meanwhile: () => Promise<T>,
): Promise<{ rest: Rest; result: T }> {
  const before = { dynamics: await control.calls('dynamics'), marketo: await control.calls('marketo') };
  const first = (await status.read()).cycles;
  const result = await meanwhile();
  const until = Date.now() + LIMIT_MS;
  let cycles = 0;
  for (;;) {
    cycles = (await status.read()).cycles - first;
    if (cycles >= CYCLES || Date.now() > until) break;
    await wait(1_000);
  }
  const after = { dynamics: await control.calls('dynamics'), marketo: await control.calls('marketo') };
  const writes = after.dynamics.writes - before.dynamics.writes + after.marketo.writes - before.marketo.writes;
  const endpoints =
    writes === 0 ? [] : [...more(before.dynamics, after.dynamics), ...more(before.marketo, after.marketo)];
  return { rest: { cycles, writes, endpoints }, result };
}

/** Which endpoints were called since, without those that only read. */
function more(before: Calls, after: Calls): string[] {
  return Object.entries(after.byEndpoint)
    .filter(([endpoint, { count }]) => count > (before.byEndpoint[endpoint]?.count ?? 0) && !READ_ONLY.test(endpoint))
    .map(([endpoint]) => endpoint);
}
