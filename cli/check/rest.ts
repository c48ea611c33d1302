import type { Entry } from '../../checker/index';
import { wait } from '../demo/readers/wait';
import { isCaughtUp, refuseStopped, type StatusReader } from '../demo/status';
import type { LedgerReader } from './ledger';

/** Marketo's feed is read every 15 s and shows an activity some seconds late: by then every echo has been seen. */
const QUIET_MS = 32_000;
const LIMIT_MS = 600_000;
const EVERY_MS = 1_000;
const CALM_READS = 3;

export interface Ledgers {
  dynamics: LedgerReader;
  marketo: LedgerReader;
}

/** `api:` of the service, and nobody else's, is at rest when nobody has edited for a while and it has written nothing. */
const isWrite = ({ kind }: Entry): boolean => kind !== 'call' && kind !== 'refused';

/**
 * Waits until the sync is caught up and nothing has been written by anyone for a while; throws when it has stopped, or won't come to rest.
 * @returns the `seq` from which on nothing is due any more
 */
export async function untilRest(status: StatusReader, ledgers: Ledgers, say: (text: string) => void): Promise<number> {
  const until = Date.now() + LIMIT_MS;
  let calm = 0;
  let quietSince = await lastWrite(ledgers);
  for (let told = ''; ; ) {
    const now = await status.read();
    refuseStopped(now);
    calm = isCaughtUp(now) ? calm + 1 : 0;
    if (await moved(ledgers)) quietSince = Date.now();
    const quietMs = Date.now() - quietSince;
    if (calm >= CALM_READS && quietMs >= QUIET_MS) return Math.max(ledgers.dynamics.until, ledgers.marketo.until) + 1;
    const tells =
      calm < CALM_READS ? `waiting until the sync is caught up (${now.phase})` : 'waiting for the last echoes';
    if (tells !== told) say(tells);
    told = tells;
    if (Date.now() > until) throw new Error(`the sync has not come to rest within ${LIMIT_MS / 60_000} minutes`);
    await wait(EVERY_MS);
  }
}

/** Reads on while nothing should be written. */
export async function watchRest(ledgers: Ledgers, seconds: number): Promise<void> {
  await wait(seconds * 1_000);
  await moved(ledgers);
}

async function moved({ dynamics, marketo }: Ledgers): Promise<boolean> {
  const news = [...(await dynamics.more()), ...(await marketo.more())];
  return news.some(isWrite);
}

/** When something was written last, by this machine's clock; the simulators' may have been moved. */
async function lastWrite(ledgers: Ledgers): Promise<number> {
  await moved(ledgers);
  let newest = 0;
  let write = 0;
  for (const { entries } of [ledgers.dynamics, ledgers.marketo])
    for (const entry of entries) {
      newest = Math.max(newest, entry.at);
      if (isWrite(entry)) write = Math.max(write, entry.at);
    }
  return Date.now() - Math.max(0, newest - write);
}
