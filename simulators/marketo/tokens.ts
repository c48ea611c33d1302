import { randomUUID } from 'node:crypto';
import type { Clock } from '../common/clock';
import { MarketoFault } from './errors';
import type { MarketoSettings } from './settings';

interface Token {
  text: string;
  expiresAt: number;
  toldExpired: boolean;
}

/** Access tokens of the one custom service: the same token until it has really expired (marketo-api §1.2). */
export class Tokens {
  private readonly clock: Clock;
  private readonly settings: MarketoSettings;
  private issued = new Map<string, Token>();
  private current: Token | undefined;

  constructor(clock: Clock, settings: MarketoSettings) {
    this.clock = clock;
    this.settings = settings;
  }

  /** The current token with the seconds it has left, or a new one. */
  grant(): { token: string; expiresIn: number } {
    const now = this.clock.now();
    if (!this.current || this.current.expiresAt <= now) {
      const expiresAt = now + this.settings.tokenLifetimeSeconds * 1000;
      this.current = { text: `${randomUUID()}:sj`, expiresAt, toldExpired: false };
      this.issued.set(this.current.text, this.current);
    }
    return { token: this.current.text, expiresIn: Math.max(0, Math.ceil((this.current.expiresAt - now) / 1000) - 1) };
  }

  /** The token given out is expired from now on. */
  expire(): void {
    if (this.current) this.current.expiresAt = this.clock.now();
  }

  /** Throws 603 without a token, 601 for an unknown one, 602 at the first use after expiry and 601 from then on. */
  check(authorization: string | undefined): void {
    const text = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    if (!text) throw new MarketoFault('603');
    const token = this.issued.get(text);
    if (!token) throw new MarketoFault('601');
    if (token.expiresAt > this.clock.now()) return;
    const first = !token.toldExpired;
    token.toldExpired = true;
    throw new MarketoFault(first ? '602' : '601');
  }
}
