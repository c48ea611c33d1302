import type { Clock } from '../common/clock';
import { sleep } from '../common/clock';
import { ActivityLog } from './activities/log';
import { CustomObjects } from './custom-objects/types';
import { requestId } from './envelope';
import { LeadFields } from './leads/fields';
import { LeadStore } from './leads/store';
import { Limits } from './limits';
import { StaticLists } from './lists';
import { companyType, opportunityType, roleType, salesPersonType } from './objects/definitions';
import { ObjectStore } from './objects/store';
import type { MarketoSettings } from './settings';
import { Tokens } from './tokens';

/** Lead partitions of the instance; the first is where a lead goes that names none. */
export const PARTITIONS = [
  { id: 1, name: 'Default', description: 'Default partition' },
  { id: 2, name: 'Europe', description: 'A second partition' },
] as const;

/** The whole state of one simulated Marketo instance; a reset makes a new one. */
export class Instance {
  readonly clock: Clock;
  readonly settings: MarketoSettings;
  readonly tokens: Tokens;
  readonly limits: Limits;
  readonly fields = new LeadFields();
  readonly leads = new LeadStore(this.fields);
  readonly log: ActivityLog;
  readonly companies = new ObjectStore(companyType());
  readonly salesPersons = new ObjectStore(salesPersonType());
  readonly opportunities = new ObjectStore(opportunityType());
  readonly roles = new ObjectStore(roleType());
  readonly customObjects = new CustomObjects();
  readonly lists = new StaticLists();

  constructor(clock: Clock, settings: MarketoSettings) {
    this.clock = clock;
    this.settings = settings;
    this.tokens = new Tokens(clock, settings);
    this.limits = new Limits(clock, settings);
    this.log = new ActivityLog(clock, settings);
  }

  requestId(): string {
    return requestId(this.clock);
  }

  /** Waits for the write latency; used by the one endpoint that looks up before it and commits after it. */
  async writeLatency(): Promise<void> {
    if (this.settings.writeLatencyMs > 0) await sleep(this.settings.writeLatencyMs);
  }
}
