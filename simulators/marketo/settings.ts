import { type Check, checkValues, group, number, oneOf, orNull, texts, yesNo } from '../common/check-values';
import { ControlError } from './control-error';
import { defaultSwitches, MARKETO_SWITCHES, type Switches, type SwitchName } from './switches';

/** What a test may change while the simulated instance runs; defaults are a plain production instance. */
export interface MarketoSettings extends Switches {
  readLatencyMs: number;
  writeLatencyMs: number;
  /** marketo-api §3: 100 calls in 20 s, 10 at once, 50,000 a day. */
  limits: { enabled: boolean; calls: number; windowMs: number; concurrent: number; daily: number };
  /** Built-in CRM sync on: companies, opportunities, roles and sales persons answer 1018 (see nativeSyncMode). */
  nativeSync: boolean;
  /** The API user's permissions (`Read-Write Lead` …); null = all. A missing one answers 603. */
  permissions: string[] | null;
  /** REST names of lead fields under Block Field Updates: a call is answered `updated`, and a value that is there stays. */
  blockedFields: string[];
  tokenLifetimeSeconds: number;
  /** Of what is left to chance: delays of activities, empty pages. Setting another one starts the draws anew. */
  seed: number;
  /** `manual`: bulk jobs move only by `POST /_sim/marketo/jobs/step`. */
  bulkStepping: 'auto' | 'manual';
  /** How long a bulk job is queued, and how long it runs before its work is done. */
  bulkLatencyMs: number;
  /** The status of an extract is brought up to date no more often (marketo-api §7.3). */
  exportStatusRefreshMs: number;
  /** Bytes of extracts a day (marketo-api §3). */
  exportBytesADay: number;
}

/** Fresh default settings; every switch has its first choice. */
export function defaultSettings(): MarketoSettings {
  return {
    ...defaultSwitches(),
    readLatencyMs: 0,
    writeLatencyMs: 0,
    limits: { enabled: true, calls: 100, windowMs: 20_000, concurrent: 10, daily: 50_000 },
    nativeSync: false,
    permissions: null,
    blockedFields: [],
    tokenLifetimeSeconds: 3600,
    seed: 1,
    bulkStepping: 'auto',
    bulkLatencyMs: 1000,
    exportStatusRefreshMs: 60_000,
    exportBytesADay: 500 * 1024 * 1024,
  };
}

const CHECKS: Readonly<Record<string, Check>> = {
  readLatencyMs: number,
  writeLatencyMs: number,
  limits: group,
  nativeSync: yesNo,
  permissions: orNull(texts),
  blockedFields: texts,
  tokenLifetimeSeconds: number,
  seed: number,
  bulkStepping: oneOf('auto', 'manual'),
  bulkLatencyMs: number,
  exportStatusRefreshMs: number,
  exportBytesADay: number,
};
const LIMITS = { enabled: yesNo, calls: number, windowMs: number, concurrent: number, daily: number };

/**
 * Applies a partial change in place; `limits` may be partial too. Throws, having changed nothing, on a name that is no
 * setting and on a value that is no choice of its switch.
 */
export function changeSettings(settings: MarketoSettings, partial: Partial<MarketoSettings>): MarketoSettings {
  refuseUnknown(partial, Object.keys(settings), 'marketo setting');
  refuseUnknown(partial.limits ?? {}, Object.keys(settings.limits), 'marketo limit');
  for (const [name, value] of Object.entries(partial)) {
    if (name in MARKETO_SWITCHES) checkSwitch(name as SwitchName, value);
  }
  checkValues('marketo setting', partial, CHECKS);
  checkValues('marketo limit', partial.limits ?? {}, LIMITS);
  const limits = { ...settings.limits, ...(partial.limits ?? {}) };
  return Object.assign(settings, partial, { limits });
}

function refuseUnknown(sent: object, known: string[], what: string): void {
  const unknown = Object.keys(sent).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new ControlError(`unknown ${what} ${unknown.join(', ')}; use ${known.join(', ')}`);
  }
}

function checkSwitch(name: SwitchName, value: unknown): void {
  const choices: readonly unknown[] = MARKETO_SWITCHES[name].choices;
  const fits = name === 'activityDelayMs' ? isRange(value) : choices.includes(value);
  if (!fits) {
    throw new ControlError(
      `${name} cannot be ${JSON.stringify(value)}; use ${choices.map((one) => JSON.stringify(one)).join(' or ')}`,
    );
  }
}

/** The delay of activities takes any range, not only those of the table. */
function isRange(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [least, most] = value as unknown[];
  return typeof least === 'number' && typeof most === 'number' && least >= 0 && least <= most;
}
