import { ControlError } from './control-error';
/** What a test may change while the simulated instance runs; defaults are a plain production instance. */
export interface MarketoSettings {
  readLatencyMs: number;
  writeLatencyMs: number;
  /** marketo-api §3: 100 calls in 20 s, 10 at once, 50,000 a day. */
  limits: { enabled: boolean; calls: number; windowMs: number; concurrent: number; daily: number };
  /** Each activity becomes visible after a random delay of this range (milliseconds), so commits come out of order. */
  activityDelayMs: [number, number];
  /** Now and then `moreResult: true` with an empty or absent `result` (marketo-api §5.4). */
  emptyPages: boolean;
  /** Whether writing an identical value logs an activity; undocumented, so the client must bear both (§5.7). */
  sameValueActivity: boolean;
  /** Entitled to the custom object schema API; without it every call of it answers 616. */
  customObjectSchema: boolean;
  /** Built-in CRM sync on: companies, opportunities, roles and sales persons refuse writes with 1018. */
  nativeSync: boolean;
  /** The API user's permissions (`Read-Write Lead` …); null = all. A missing one answers 603. */
  permissions: string[] | null;
  /** Whether losers of a merge also appear in deletedleads; undocumented (§5.3). */
  mergeLosersInDeleted: boolean;
  /** Two overlapping creates of one key make two people (§4.4). */
  twinRace: boolean;
  tokenLifetimeSeconds: number;
}

/** Fresh default settings. */
export function defaultSettings(): MarketoSettings {
  return {
    readLatencyMs: 0,
    writeLatencyMs: 0,
    limits: { enabled: true, calls: 100, windowMs: 20_000, concurrent: 10, daily: 50_000 },
    activityDelayMs: [0, 2000],
    emptyPages: true,
    sameValueActivity: false,
    customObjectSchema: true,
    nativeSync: false,
    permissions: null,
    mergeLosersInDeleted: true,
    twinRace: true,
    tokenLifetimeSeconds: 3600,
  };
}

/** Applies a partial change in place; `limits` may be partial too. Throws on a name that is no setting. */
export function changeSettings(settings: MarketoSettings, partial: Partial<MarketoSettings>): MarketoSettings {
  const unknown = Object.keys(partial).filter((name) => !(name in settings));
  if (unknown.length > 0) {
    throw new ControlError(
      `unknown marketo setting ${unknown.join(', ')}; the settings are ${Object.keys(settings).join(', ')}`,
    );
  }
  const limits = { ...settings.limits, ...(partial.limits ?? {}) };
  return Object.assign(settings, partial, { limits });
}
