import { type DataType, type Field, field } from '../fields';
import type { MarketoSettings } from '../settings';
import { STANDARD_KEYS, standardLeadFields } from './standard-fields';

/** Custom fields have ids from about 795 on (marketo-api §4.1). */
const FIRST_CUSTOM_ID = 1000;
/** Exists only where Sales Insight for other CRM systems is on (marketo-api §6.3). */
const EXTERNAL_PERSON_ID = 'externalPersonId';
const CUSTOM_KEY_TYPES: ReadonlySet<DataType> = new Set(['string', 'email', 'integer']);

/** The fields of a lead: the standard ones and those created by API. */
export class LeadFields {
  private byNameMap = new Map<string, Field>();
  private byIdList: (Field | undefined)[] = [];
  private nextId = FIRST_CUSTOM_ID;

  constructor() {
    for (const one of standardLeadFields()) this.put(one);
  }

  /** What of the standard fields differs from instance to instance (marketo-api §0.2, §6.3). */
  fit(settings: Readonly<MarketoSettings>): void {
    const lengths = {
      externalCompanyId: settings.externalCompanyIdLength,
      externalSalesPersonId: settings.externalSalesPersonIdLength,
    };
    for (const [name, length] of Object.entries(lengths)) {
      const known = this.get(name);
      if (known) known.length = length;
    }
    if (!settings.externalPersonId) this.byNameMap.delete(EXTERNAL_PERSON_ID);
    else if (!this.get(EXTERNAL_PERSON_ID)) this.put(field(699, EXTERNAL_PERSON_ID, 'string', { length: 255 }));
  }

  get(name: string): Field | undefined {
    return this.byNameMap.get(name);
  }

  byId(id: number): Field | undefined {
    return this.byIdList[id];
  }

  all(): Field[] {
    return [...this.byNameMap.values()];
  }

  /** Adds a custom field; the caller has checked name, type and number. */
  create(name: string, dataType: DataType, more: Partial<Field>): Field {
    const created = field(this.nextId++, name, dataType, { ...more, custom: true });
    this.put(created);
    return created;
  }

  /** Whether leads can be looked up by it: standard keys, and custom string, e-mail and integer fields. */
  isKey(name: string): boolean {
    if (STANDARD_KEYS.has(name)) return true;
    if (name === EXTERNAL_PERSON_ID) return this.get(name) !== undefined;
    const one = this.get(name);
    return one?.custom === true && CUSTOM_KEY_TYPES.has(one.dataType);
  }

  private put(one: Field): void {
    this.byNameMap.set(one.name, one);
    this.byIdList[one.id] = one;
  }
}
