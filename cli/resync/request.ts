import { readFileSync } from 'node:fs';
import type { ResyncRequest } from '../../clients/mongo/requests';
import type { Settings } from '../../model/settings';
import { Refused } from '../operator';

export interface Options {
  ids?: string;
  'ids-file'?: string;
  filter?: string;
  fields?: string;
  'modified-since'?: string;
  'modified-until'?: string;
  'created-since'?: string;
  'created-until'?: string;
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Of these there is nothing to ask for by row. */
const WHOLE_ONLY = ['connection', 'teammembership'];

/** What was typed, as a request; throws Refused with every fault at once. */
export function requestFrom(
  [entity, ...others]: readonly string[],
  options: Options,
  settings: Settings,
): ResyncRequest {
  const faults: string[] = [];
  if (others.length > 0) faults.push(`${others.join(' ')}: give rows by --ids, --filter or dates`);
  const known = settings.entities.find(({ name }) => name === entity);
  const names = settings.entities.map(({ name }) => name).join(', ');
  if (!known)
    faults.push(entity === undefined ? `say which entity: ${names}` : `${entity} is not synced; there are ${names}`);
  if (known && WHOLE_ONLY.includes(known.name)) faults.push(`${known.name} is read whole: send the resync signal`);
  const ids = idsOf(options, faults);
  const dates = dateFilters(options, faults);
  const given = options.filter === undefined ? [] : [`(${options.filter})`];
  const filter = [...given, ...dates].join(' and ');
  if (ids && filter !== '') faults.push('--ids goes without --filter and dates: a row of the list is read in any case');
  const fields = options.fields?.split(',').map((field) => field.trim());
  for (const field of fields ?? []) {
    const rule = known?.rules.find(({ marketo }) => marketo.toLowerCase() === field.toLowerCase());
    if (known && !rule) faults.push(`--fields ${field}: not a Marketo field of ${known.name}'s map`);
  }
  if (faults.length > 0) throw new Refused(faults.join('\n'));
  return {
    entity: entity ?? '',
    ...(ids && { ids }),
    ...(filter !== '' && { filter }),
    ...(fields && { fields }),
  };
}

function idsOf(options: Options, faults: string[]): string[] | undefined {
  const path = options['ids-file'];
  const text = path === undefined ? options.ids : textOf(path, faults);
  if (text === undefined) return undefined;
  const ids = text
    .split(/[\s,;]+/)
    .map((id) => id.replace(/[{}"]/g, '').toLowerCase())
    .filter((id) => id !== '');
  const wrong = ids.filter((id) => !GUID.test(id));
  if (wrong.length > 0) faults.push(`not a row's id: ${wrong.slice(0, 3).join(', ')}`);
  if (ids.length === 0) faults.push('the list of ids is empty');
  return [...new Set(ids)];
}

function textOf(path: string, faults: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    faults.push(`--ids-file ${path}: it can’t be read (${(error as NodeJS.ErrnoException).code})`);
    return undefined;
  }
}

const DATES = [
  ['modified-since', 'modifiedon', 'ge'],
  ['modified-until', 'modifiedon', 'lt'],
  ['created-since', 'createdon', 'ge'],
  ['created-until', 'createdon', 'lt'],
] as const;

function dateFilters(options: Options, faults: string[]): string[] {
  for (const what of ['modified', 'created'] as const) {
    const [since, until] = [options[`${what}-since`], options[`${what}-until`]];
    if (since !== undefined && until !== undefined && Date.parse(since) >= Date.parse(until))
      faults.push(`--${what}-since ${since} is not before --${what}-until ${until}: no row can match`);
  }
  return DATES.flatMap(([name, column, operator]) => {
    const text = options[name];
    if (text === undefined) return [];
    const at = new Date(text);
    if (Number.isNaN(at.getTime())) {
      faults.push(`--${name} ${text}: not a date, as 2026-11-23 or 2026-11-23T08:00:00Z`);
      return [];
    }
    return [`${column} ${operator} ${at.toISOString().slice(0, 19)}Z`];
  });
}
