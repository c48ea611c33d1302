export interface DataverseSettings {
  readLatencyMs: number;
  writeLatencyMs: number;
  limits: { enabled: boolean; requests: number; executionMs: number; windowMs: number; concurrent: number };
  /** Whether the token of a tracked read dates from its first or its last page (dataverse-api §14.3). */
  deltaTokenFrom: 'first' | 'last';
  /** Deliver some rows again that lie before the token (at-least-once). */
  deltaOverlap: boolean;
  deltaShuffle: boolean;
  /** Write true (all tables) or a list of logical names: tokens issued so far are expired; reads false again. */
  expireTokens: boolean | string[];
  /** HTTP status of 0x80044352, which no vendor source gives (dataverse-api §4.4). */
  expiredTokenStatus: number;
  privileges: { denyRead: string[]; denyWrite: string[] };
  /** The service's user: its row missing (0x80072560) or disabled (0x80040225). */
  userState: 'enabled' | 'disabled' | 'missing';
  administrationMode: boolean;
  /** Tables whose answers abort as a customer's plug-in does, on any write (0x80040265). */
  pluginAborts: string[];
  /** Recommended parallelism, header x-ms-dop-hint. */
  dopHint: number;
}

/** Settings at start. */
export function defaultDataverseSettings(): DataverseSettings {
  return {
    readLatencyMs: 0,
    writeLatencyMs: 0,
    limits: { enabled: true, requests: 6000, executionMs: 1_200_000, windowMs: 300_000, concurrent: 52 },
    deltaTokenFrom: 'first',
    deltaOverlap: false,
    deltaShuffle: false,
    expireTokens: false,
    expiredTokenStatus: 400,
    privileges: { denyRead: [], denyWrite: [] },
    userState: 'enabled',
    administrationMode: false,
    pluginAborts: [],
    dopHint: 10,
  };
}

/** The settings with a partial change; nested objects are merged too. */
export function changed(settings: DataverseSettings, partial: Partial<DataverseSettings>): DataverseSettings {
  return {
    ...settings,
    ...partial,
    limits: { ...settings.limits, ...partial.limits },
    privileges: { ...settings.privileges, ...partial.privileges },
  };
}
