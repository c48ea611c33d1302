/** One call as the control address reports it. `endpoint` is a template such as `PATCH contacts(id)`, never a URL with values. */
export interface Call {
  at: number;
  method: string;
  endpoint: string;
  status: number;
  /** Vendor error code, also where HTTP says 200 (Marketo). */
  code?: string;
  /** Whether the call changes data, or tries to. */
  write: boolean;
}

export interface EndpointCalls {
  count: number;
  ok: number;
  failed: number;
}

export interface CallSummary {
  total: number;
  writes: number;
  byEndpoint: Record<string, EndpointCalls>;
}

/** Counts calls by endpoint; only counters and the last few calls are held, so that hours of load cost nothing. */
export interface CallLog {
  record(call: Call): void;
  summary(): CallSummary;
  /** The last calls, oldest first (at most 1,000). */
  recent(): readonly Call[];
  reset(): void;
}

const RECENT = 1000;

/** Creates an empty call log; a call counts as failed with a status of 400 or more, or a vendor code. */
export function createCallLog(): CallLog {
  let total = 0;
  let writes = 0;
  let byEndpoint = new Map<string, EndpointCalls>();
  let recent: Call[] = [];
  return {
    record(call) {
      total += 1;
      if (call.write) writes += 1;
      const counts = byEndpoint.get(call.endpoint) ?? { count: 0, ok: 0, failed: 0 };
      counts.count += 1;
      if (call.status < 400 && call.code === undefined) counts.ok += 1;
      else counts.failed += 1;
      byEndpoint.set(call.endpoint, counts);
      recent.push(call);
      if (recent.length > 2 * RECENT) recent = recent.slice(-RECENT);
    },
    summary: () => ({ total, writes, byEndpoint: Object.fromEntries(byEndpoint) }),
    recent: () => recent.slice(-RECENT),
    reset() {
      total = 0;
      writes = 0;
      byEndpoint = new Map();
      recent = [];
    },
  };
}
