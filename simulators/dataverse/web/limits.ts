import type { Clock } from '../../common/clock';
import { DataverseError } from '../errors';
import type { DataverseSettings } from '../settings';

interface Done {
  at: number;
  ms: number;
}

/** What one user has used of the service protection limits (dataverse-api §6). */
export class Limits {
  private requests: number[] = [];
  private work: Done[] = [];
  private workMs = 0;
  private running = 0;
  /** Calls refused since the last that was let in: continued pressure lengthens the wait. */
  private refused = 0;

  constructor(private readonly clock: Clock) {}

  /** Lets a request in, or throws 429 with Retry-After; gives what to call when it is over. */
  enter(limits: DataverseSettings['limits']): () => void {
    const now = this.clock.now();
    this.forget(now - limits.windowMs);
    if (limits.enabled) this.check(limits, now);
    this.refused = 0;
    this.requests.push(now);
    this.running += 1;
    const began = performance.now();
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.running -= 1;
      const ms = performance.now() - began;
      this.work.push({ at: this.clock.now(), ms });
      this.workMs += ms;
    };
  }

  /** The headers every answer carries; a debug aid, not to be relied on. */
  headers(settings: DataverseSettings): Record<string, string> {
    return {
      'x-ms-ratelimit-burst-remaining-xrm-requests': String(
        Math.max(0, settings.limits.requests - this.requests.length),
      ),
      'x-ms-ratelimit-time-remaining-xrm-requests': String(
        Math.max(0, Math.round(settings.limits.executionMs - this.workMs)),
      ),
      'x-ms-dop-hint': String(settings.dopHint),
    };
  }

  private check(limits: DataverseSettings['limits'], now: number): void {
    const wait = (oldest: number): number => {
      this.refused += 1;
      return Math.max(1, Math.ceil((oldest + limits.windowMs - now) / 1000)) + this.refused - 1;
    };
    const seconds = limits.windowMs / 1000;
    if (this.running >= limits.concurrent) {
      throw tooMany('0x80072326', `Number of concurrent requests exceeded the limit of ${limits.concurrent}.`, 5);
    }
    if (this.requests.length >= limits.requests) {
      const text = `Number of requests exceeded the limit of ${limits.requests} over time window of ${seconds} seconds.`;
      throw tooMany('0x80072322', text, wait(this.requests[0] ?? now));
    }
    if (this.workMs >= limits.executionMs) {
      const text = `Combined execution time of incoming requests exceeded limit of ${limits.executionMs.toLocaleString('en-US')} milliseconds over time window of ${seconds} seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.`;
      throw tooMany('0x80072321', text, wait(this.work[0]?.at ?? now));
    }
  }

  private forget(before: number): void {
    const requests = this.requests.findIndex((at) => at > before);
    this.requests = requests < 0 ? [] : requests > 0 ? this.requests.slice(requests) : this.requests;
    while (this.work.length > 0 && this.work[0]!.at <= before) this.workMs -= this.work.shift()!.ms;
  }
}

function tooMany(code: string, message: string, seconds: number): DataverseError {
  return new DataverseError(429, code, message, { 'retry-after': String(seconds) });
}
