import type { Clock } from '../common/clock';
import { sleep } from '../common/clock';
import type { Ledger } from '../common/ledger';
import { random } from '../common/random';
import { ExternalTypes } from './activities/external/types';
import { ActivityLog } from './activities/log';
import { Bulk } from './bulk';
import { MARKETO_CREDENTIALS } from './credentials';
import { CustomObjects } from './custom-objects/types';
import { requestId } from './envelope';
import { LeadFields } from './leads/fields';
import { LeadStore } from './leads/store';
import { Limits } from './limits';
import { StaticLists } from './lists';
import { companyType, opportunityType, roleType, salesPersonType } from './objects/definitions';
import { ObjectStore } from './objects/store';
import { Programs } from './programs/store';
import type { MarketoSettings } from './settings';
import { Tokens } from './tokens';

/** Lead partitions of the instance; the first is where a lead goes that names none. */
export const PARTITIONS = [
  { id: 1, name: 'Default', description: 'Default partition' },
  { id: 2, name: 'Europe', description: 'A second partition' },
] as const;

/** The whole state of one simulated Marketo instance; a reset makes a new one. */
export class Instance {
  readonly munchkinId: string;
  readonly clock: Clock;
  private draws: () => number;
  readonly settings: MarketoSettings;
  readonly ledger: Ledger;
  readonly tokens: Tokens;
  readonly limits: Limits;
  readonly fields = new LeadFields();
  readonly leads: LeadStore;
  readonly log: ActivityLog;
  readonly companies: ObjectStore;
  readonly salesPersons: ObjectStore;
  readonly opportunities: ObjectStore;
  readonly roles: ObjectStore;
  readonly customObjects = new CustomObjects();
  readonly externalTypes = new ExternalTypes();
  readonly programs = new Programs();
  readonly lists = new StaticLists();
  readonly bulk: Bulk;

  constructor(
    clock: Clock,
    settings: MarketoSettings,
    ledger: Ledger,
    munchkinId: string = MARKETO_CREDENTIALS.munchkinId,
  ) {
    this.munchkinId = munchkinId;
    this.clock = clock;
    this.settings = settings;
    this.ledger = ledger;
    this.tokens = new Tokens(clock, settings);
    this.limits = new Limits(clock, settings);
    this.draws = random(settings.seed);
    this.log = new ActivityLog(clock, settings, () => this.draw());
    this.bulk = new Bulk(clock, settings);
    this.leads = new LeadStore(this.fields, settings, ledger);
    this.companies = new ObjectStore(companyType(), settings, ledger);
    this.salesPersons = new ObjectStore(salesPersonType(), settings, ledger);
    this.opportunities = new ObjectStore(opportunityType(), settings, ledger);
    this.roles = new ObjectStore(roleType(), settings, ledger);
    this.fields.fit(settings);
  }

  /** Brings what is held into line with changed settings: field lengths, an add-on's field, the case of look-ups. */
  settingsChanged(before: Readonly<MarketoSettings>): void {
    if (before.seed !== this.settings.seed) this.draws = random(this.settings.seed);
    this.fields.fit(this.settings);
    const { emailLookupCase, stringLookupCase } = this.settings;
    if (before.emailLookupCase === emailLookupCase && before.stringLookupCase === stringLookupCase) return;
    this.leads.forgetIndexes();
    for (const store of this.stores()) store.forgetIndexes();
  }

  /** Every store of records that are not leads. */
  stores(): ObjectStore[] {
    const custom = this.customObjects.all().flatMap(({ store }) => (store ? [store] : []));
    return [this.companies, this.salesPersons, this.opportunities, this.roles, ...custom];
  }

  /** A number 0 ≤ x < 1 for what the instance leaves to chance; repeatable from the setting `seed`. */
  draw(): number {
    return this.draws();
  }

  requestId(): string {
    return requestId(this.clock);
  }

  /** Waits for the write latency; used by the one endpoint that looks up before it and commits after it. */
  async writeLatency(): Promise<void> {
    if (this.settings.writeLatencyMs > 0) await sleep(this.settings.writeLatencyMs);
  }
}
