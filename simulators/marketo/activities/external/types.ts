import { MarketoFault } from '../../errors';

export interface TypeAttribute {
  apiName: string;
  name: string;
  dataType: string;
  description: string | null;
}

/** What a draft may change of a type. */
export interface TypeVersion {
  name: string;
  triggerName: string;
  filterName: string;
  description: string | null;
  primaryAttribute: TypeAttribute;
  attributes: TypeAttribute[];
}

export interface ExternalType {
  id: number;
  apiName: string;
  approved: TypeVersion | null;
  draft: TypeVersion | null;
  deleted: boolean;
  createdAt: number;
  updatedAt: number;
}

/** Custom activity types have ids from here on (marketo-api §5.5). */
const FIRST_ID = 100_001;
/** marketo-api §3. */
const MAX_TYPES = 10;

/** The custom activity types of the instance. */
export class ExternalTypes {
  private types: ExternalType[] = [];

  all(): readonly ExternalType[] {
    return this.types;
  }

  /** By API name; 1013 where there is none, or it has been deleted. */
  get(apiName: string): ExternalType {
    const type = this.types.find((one) => one.apiName === apiName && !one.deleted);
    if (!type) throw new MarketoFault('1013', `Activity type '${apiName}' not found`);
    return type;
  }

  /** The approved type with this id, whose activities may be added. */
  approved(id: number): (ExternalType & { approved: TypeVersion }) | undefined {
    return this.types.find(
      (one): one is ExternalType & { approved: TypeVersion } => one.id === id && !one.deleted && one.approved !== null,
    );
  }

  create(apiName: string, draft: TypeVersion, now: number): ExternalType {
    const living = this.types.filter((one) => !one.deleted);
    if (living.some((one) => one.apiName === apiName)) {
      throw new MarketoFault('1017', `Activity type '${apiName}' already exists`);
    }
    if (living.length >= MAX_TYPES) throw new MarketoFault('1027', 'Maximum number of activity types reached');
    const id = FIRST_ID + this.types.length;
    const type = { id, apiName, approved: null, draft, deleted: false, createdAt: now, updatedAt: now };
    this.types.push(type);
    return type;
  }
}
