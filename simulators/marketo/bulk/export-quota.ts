import type { Clock } from '../../common/clock';
import { dayOf } from '../day';
import type { MarketoSettings } from '../settings';

/** Bytes exported on a day, which ends at midnight US Central (marketo-api §3). */
export class ExportQuota {
  private readonly clock: Clock;
  private readonly settings: MarketoSettings;
  private day = '';
  private bytes = 0;

  constructor(clock: Clock, settings: MarketoSettings) {
    this.clock = clock;
    this.settings = settings;
  }

  /** Notes a file that has been made. */
  use(bytes: number): void {
    this.bytes = this.today() + bytes;
  }

  /** Whether today's bytes are used up. */
  exceeded(): boolean {
    return this.today() >= this.settings.exportBytesADay;
  }

  private today(): number {
    const day = dayOf(this.clock.now());
    if (day !== this.day) this.bytes = 0;
    this.day = day;
    return this.bytes;
  }
}
