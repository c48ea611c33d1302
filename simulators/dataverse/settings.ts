import { type Check, checkValues, group, list, number, oneOf, or, texts, yesNo } from '../common/check-values';
import { checkSwitches, defaultSwitches, type SwitchValues } from './switches';
import type { Value } from './types';

/** What the control address sets: the switches of undocumented behaviour, and what an organisation can be like. */
export interface DataverseSettings extends SwitchValues {
  readLatencyMs: number;
  writeLatencyMs: number;
  limits: { enabled: boolean; requests: number; executionMs: number; windowMs: number; concurrent: number };
  /** Write true (all tables) or a list of logical names: tokens issued so far are expired; reads false again. */
  expireTokens: boolean | string[];
  /**
   * Tables by logical name; denyReadAll leaves plain reads and refuses tracked ones. The others hold `table.column` of
   * secured columns: `secureColumns` are the caller's to read and write, `maskColumns` to read masked and to write;
   * `denyColumns` read as null, and a write is refused (0x8004f508).
   */
  privileges: {
    denyRead: string[];
    denyReadAll: string[];
    denyWrite: string[];
    denyColumns: string[];
    maskColumns: string[];
    secureColumns: string[];
  };
  /** The service's user: its row missing (0x80072560) or disabled (0x80040225). */
  userState: 'enabled' | 'disabled' | 'missing';
  administrationMode: boolean;
  /** Tables a customer's plug-in refuses any write of (0x80040265), or writes that send a column, or it with a value. */
  pluginAborts: (string | PluginRule)[];
  /** A customer's plug-in changes what is written to a column (`pluginAlters`), whoever writes it. */
  pluginAlters: PluginAlteration[];
  /** Published duplicate detection rules; they count only for calls that ask (dataverse-api §5.3). */
  duplicateRules: DuplicateRule[];
  /** Recommended parallelism, header x-ms-dop-hint. */
  dopHint: number;
}

export interface PluginRule {
  table: string;
  /** Name on the wire. */
  column: string;
  value?: Value;
}

/**
 * `cut` to ten characters, `clear`, `round` to a whole number, `format` a text of digits as a telephone number (anything else in capitals).
 */
export const ALTERATIONS = ['cut', 'clear', 'round', 'format'] as const;

export interface PluginAlteration {
  table: string;
  /** Name on the wire. */
  column: string;
  how: (typeof ALTERATIONS)[number];
}

/** Two rows are duplicates where all `columns` (wire names) are filled and the same; `matching`: the other row's table, if another. */
export interface DuplicateRule {
  table: string;
  matching?: string;
  columns: string[];
}

/** Settings at start. */
export function defaultDataverseSettings(): DataverseSettings {
  return {
    ...defaultSwitches(),
    readLatencyMs: 0,
    writeLatencyMs: 0,
    limits: { enabled: true, requests: 6000, executionMs: 1_200_000, windowMs: 300_000, concurrent: 52 },
    expireTokens: false,
    privileges: {
      denyRead: [],
      denyReadAll: [],
      denyWrite: [],
      denyColumns: [],
      maskColumns: [],
      secureColumns: [],
    },
    userState: 'enabled',
    administrationMode: false,
    pluginAborts: [],
    pluginAlters: [],
    duplicateRules: [
      { table: 'account', columns: ['emailaddress1'] },
      { table: 'contact', columns: ['emailaddress1'] },
      { table: 'lead', columns: ['emailaddress1'] },
    ],
    dopHint: 10,
  };
}

const areAlterations = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((one) => ALTERATIONS.includes((one as Partial<PluginAlteration> | null)?.how as never));

const CHECKS: Readonly<Record<string, Check>> = {
  readLatencyMs: number,
  writeLatencyMs: number,
  limits: group,
  expireTokens: or(yesNo, texts),
  privileges: group,
  userState: oneOf('enabled', 'disabled', 'missing'),
  administrationMode: yesNo,
  pluginAborts: list('tables, or of { table, column, value }'),
  pluginAlters: [areAlterations, `a list of { table, column, how: ${ALTERATIONS.join(' | ')} }`],
  duplicateRules: list('{ table, columns, matching? }'),
  dopHint: number,
};
const LIMITS = { enabled: yesNo, requests: number, executionMs: number, windowMs: number, concurrent: number };
const PRIVILEGES = {
  denyRead: texts,
  denyReadAll: texts,
  denyWrite: texts,
  denyColumns: texts,
  maskColumns: texts,
  secureColumns: texts,
};

/** The tables that a change of settings names. */
export function tablesOf({
  privileges,
  pluginAborts,
  pluginAlters,
  duplicateRules,
  expireTokens,
}: Partial<DataverseSettings>): string[] {
  const { denyRead = [], denyReadAll = [], denyWrite = [] } = privileges ?? {};
  const { denyColumns = [], maskColumns = [], secureColumns = [] } = privileges ?? {};
  return [
    ...[...denyRead, ...denyReadAll, ...denyWrite],
    ...[...denyColumns, ...maskColumns, ...secureColumns].map((column) => column.split('.')[0] ?? ''),
    ...(pluginAborts ?? []).map((rule) => (typeof rule === 'string' ? rule : rule.table)),
    ...(pluginAlters ?? []).map(({ table }) => table),
    ...(duplicateRules ?? []).map(({ table }) => table),
    ...(Array.isArray(expireTokens) ? expireTokens : []),
  ];
}

/** The settings with a partial change; nested objects are merged too. Throws an Error for a setting that is not known. */
export function changed(settings: DataverseSettings, partial: Partial<DataverseSettings>): DataverseSettings {
  checkNames('setting', partial, Object.keys(settings));
  checkNames('limit', partial.limits ?? {}, Object.keys(settings.limits));
  checkNames('privilege setting', partial.privileges ?? {}, Object.keys(settings.privileges));
  checkSwitches(partial);
  checkValues('setting', partial, CHECKS);
  checkValues('limit', partial.limits ?? {}, LIMITS);
  checkValues('privilege setting', partial.privileges ?? {}, PRIVILEGES);
  return {
    ...settings,
    ...partial,
    limits: { ...settings.limits, ...partial.limits },
    privileges: { ...settings.privileges, ...partial.privileges },
  };
}

/** Throws an Error that names what is known where `given` has another name. */
export function checkNames(what: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    throw new Error(`${what} '${name}' is unknown; use one of ${known.join(', ')}`);
  }
}
