import { wait } from './readers/wait';
import { type Screen, table } from './screen';
import { type EntityStatus, isCaughtUp, isImported, refuseStopped, type Status, type StatusReader } from './status';

const EVERY_MS = 1_000;
/** A queue that is empty for a moment is not yet at rest. */
const CALM_READS = 3;
/** Nothing at all moving for so long is a fault. */
const STALLED_MS = 180_000;

interface Seen {
  at: number;
  done: number;
}

/**
 * Shows the sync's progress until it is caught up; throws when it stops or stalls.
 * @returns when the import was over, in epoch ms: some seconds before the first look at both systems is done
 */
export async function followImport(reader: StatusReader, screen: Screen): Promise<number> {
  let importedAt: number | undefined;
  const since = new Map<string, Seen>();
  const until = new Map<string, number>();
  let calm = 0;
  let last = { text: '', at: Date.now() };
  for (;;) {
    const status = await reader.read();
    refuseStopped(status);
    calm = isCaughtUp(status) ? calm + 1 : 0;
    if (isImported(status)) importedAt ??= Date.now();
    const lines = progress(status, since, until);
    if (calm >= CALM_READS) {
      screen.keep(lines);
      return importedAt ?? Date.now();
    }
    screen.live(lines, brief(status));
    const text = JSON.stringify(status.entities);
    if (text !== last.text) last = { text, at: Date.now() };
    if (Date.now() - last.at > STALLED_MS)
      throw new Error(`nothing has moved for ${STALLED_MS / 1_000} s: ${brief(status)}`);
    await wait(EVERY_MS);
  }
}

/** Waits until nothing is under way any more; throws when that takes too long. */
export async function untilCalm(reader: StatusReader, limitMs: number): Promise<Status> {
  const until = Date.now() + limitMs;
  for (let calm = 0; ; ) {
    const status = await reader.read();
    refuseStopped(status);
    calm = isCaughtUp(status) ? calm + 1 : 0;
    if (calm >= CALM_READS) return status;
    if (Date.now() > until)
      throw new Error(`the sync has not come to rest within ${limitMs / 1_000} s: ${brief(status)}`);
    await wait(EVERY_MS);
  }
}

function progress(status: Status, since: Map<string, Seen>, until: Map<string, number>): string[] {
  const now = Date.now();
  const rows = Object.entries(status.entities).map(([name, entity]) => {
    // The clock of a rate starts with the first row that was seen and stops with the last.
    const first = since.get(name);
    if (!first && entity.done > 0) since.set(name, { at: now - EVERY_MS, done: 0 });
    if (entity.phase === 'loop' && !until.has(name)) until.set(name, now);
    const start = since.get(name);
    const seconds = start ? ((until.get(name) ?? now) - start.at) / 1_000 : 0;
    const rate = seconds > 0 ? entity.done / seconds : 0;
    return [
      name,
      `${entity.done} / ${entity.total}`,
      rate > 0 ? `${Math.round(rate)} rows/s` : '',
      left(entity, rate),
      entity.parked > 0 ? `${entity.parked} parked` : '',
      entity.waiting?.reason ??
        (entity.phase === 'loop' && entity.lagSeconds > 0 ? `catching up (${entity.lagSeconds} s)` : entity.phase),
    ];
  });
  return [`  ${status.phase}`, ...table(['entity', 'done', 'rate', 'left', 'parked', ''], rows)];
}

function left({ done, total, phase }: EntityStatus, rate: number): string {
  if (phase === 'loop' || rate === 0 || total <= done) return '';
  const seconds = Math.ceil((total - done) / rate);
  return seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

function brief({ phase, entities, feeds }: Status): string {
  const parts = Object.entries(entities).map(([name, entity]) => {
    const remark = entity.waiting
      ? ` (${entity.waiting.reason})`
      : entity.lagSeconds > 0
        ? ` (lag ${entity.lagSeconds} s)`
        : '';
    return `${name} ${entity.done}/${entity.total}${remark}`;
  });
  const faults = Object.entries(feeds ?? {}).map(([feed, fault]) => `${feed}: ${fault}`);
  return `  ${phase}: ${[...parts, ...faults].join(', ')}`;
}
