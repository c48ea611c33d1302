import type { Origin } from './activities/log';
import { MarketoFault } from './errors';
import type { Instance } from './instance';

/** One REST call as its endpoint sees it, `_method` tunnelling already undone. */
export interface Call {
  instance: Instance;
  requestId: string;
  /** Decoded parts of the path. */
  path: Record<string, string>;
  query: Query;
  /** The parsed JSON body, if any; of an import, its Multipart. */
  body: unknown;
  /** The `Range` header. */
  range: string | undefined;
}

/** Query parameters; lists come as a comma list, repeated, or both (marketo-api §10 no. 6). */
export class Query {
  private readonly params: URLSearchParams;

  constructor(params: URLSearchParams) {
    this.params = params;
  }

  get(name: string): string | undefined {
    return this.params.get(name) ?? undefined;
  }

  list(name: string): string[] {
    return this.params
      .getAll(name)
      .flatMap((part) => part.split(`&${name}=`)) // a client of others encodes `1&id=2` as one value
      .flatMap((part) => part.split(','))
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  require(name: string): string {
    const value = this.get(name);
    if (value === undefined || value === '') throw new MarketoFault('701', `${name} cannot be blank`);
    return value;
  }

  /** `batchSize`, at most and by default 300. */
  batchSize(): number {
    const size = Number(this.get('batchSize') ?? 300);
    if (!Number.isInteger(size) || size < 1) throw new MarketoFault('1003', 'Invalid value for batchSize');
    return Math.min(size, 300);
  }
}

export const MAX_BATCH = 300;

/** The `input` array of a body: 1 to 300 objects; nothing is 1003 (`emptyText` as recorded for leads). */
export function inputOf(call: Call, emptyText = 'Input not specified'): Record<string, unknown>[] {
  const input = (call.body as { input?: unknown } | undefined | null)?.input;
  if (!Array.isArray(input) || input.length === 0) throw new MarketoFault('1003', emptyText);
  checkBatch(call, input.length);
  if (input.some((one) => one === null || typeof one !== 'object' || Array.isArray(one))) {
    throw new MarketoFault('609');
  }
  return input as Record<string, unknown>[];
}

/** At most 300 records a call; the code of more is undocumented (marketo-api §3). */
export function checkBatch(call: Call, size: number): void {
  const { batchOver300 } = call.instance.settings;
  if (size > MAX_BATCH) throw new MarketoFault(batchOver300, `Input exceeds the maximum of ${MAX_BATCH} records`);
}

/** A change made through the REST API shows as such in the activity log (marketo-api §5.7). */
export function apiOrigin(call: Call, method: string): Origin {
  return { source: 'Web service API', reason: 'Web service API', requestId: call.requestId, method };
}
