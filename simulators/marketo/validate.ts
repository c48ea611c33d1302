import { invalidValue, type Reason, reason } from './errors';
import type { Field, Value } from './fields';
import type { MarketoSettings } from './settings';

/** The undocumented points of reading a value. */
export type ValueRules = Readonly<
  Pick<MarketoSettings, 'overLongString' | 'offsetlessDatetime' | 'beyondBmp' | 'composesText'>
>;

export type Checked = { value: Value } | { reason: Reason };

const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATETIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant
const ASCII = /^[\x00-\x7f]*$/;
const ASTRAL = /[\u{10000}-\u{10ffff}]/gu;
const FROM_ASTRAL = /[\u{10000}-\u{10ffff}].*$/su;
const EMAIL = /^[^\s@"(),:;<>[\]\\]+@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i;

/**
 * Checks a sent value against its field and brings it into the stored form: `null` and `""` clear; a date-time is kept
 * in UTC without milliseconds (marketo-api §4.3). Whatever does not fit is 1003 with the recorded text.
 */
export function checkValue(field: Field, raw: unknown, rules: ValueRules): Checked {
  if (raw === null || raw === undefined || raw === '') return { value: null };
  if (typeof raw === 'object') {
    return {
      reason: reason(
        '1001',
        `Invalid value '${JSON.stringify(raw).slice(0, 200)}'. Required of type '${field.dataType}'`,
      ),
    };
  }
  const value = convert(field, raw as string | number | boolean, rules);
  return value === undefined ? { reason: invalidValue(field.name, raw) } : { value };
}

function convert(field: Field, raw: string | number | boolean, rules: ValueRules): Value | undefined {
  switch (field.dataType) {
    case 'integer':
    case 'percent':
    case 'score':
      return integer(raw);
    case 'float':
    case 'currency':
      return number(raw);
    case 'boolean':
      return boolean(raw);
    case 'date':
      return date(String(raw));
    case 'datetime':
      return datetime(String(raw), rules);
    case 'email':
      return email(String(raw), field, rules);
    default:
      return text(String(raw), field, rules);
  }
}

function text(sent: string, { length, dataType }: Field, rules: ValueRules): string | undefined {
  const { overLongString, beyondBmp, composesText } = rules;
  const kept = beyondBmp === 'keep' ? sent : sent.replace(beyondBmp === 'cut' ? FROM_ASTRAL : ASTRAL, '');
  const raw = composesText ? kept.normalize('NFC') : kept;
  if (length === undefined) return raw;
  const inBytes = dataType === 'text'; // text areas are limited in bytes (§4.1)
  if ((inBytes ? Buffer.byteLength(raw) : raw.length) <= length) return raw;
  if (overLongString === 'refuse') return undefined;
  return inBytes
    ? Buffer.from(raw)
        .subarray(0, length)
        .toString()
        .replace(/\ufffd+$/, '')
    : raw.slice(0, length);
}

/** E-mail must be ASCII (marketo-api §4.4), with a dot in its domain. */
function email(raw: string, field: Field, rules: ValueRules): string | undefined {
  return ASCII.test(raw) && EMAIL.test(raw) && !raw.includes('..') ? text(raw, field, rules) : undefined;
}

function integer(raw: string | number | boolean): number | undefined {
  const parsed = typeof raw === 'string' && INTEGER.test(raw) ? Number(raw) : raw;
  if (typeof parsed !== 'number' || !Number.isInteger(parsed)) return undefined;
  return Math.abs(parsed) <= 2_147_483_647 ? parsed : undefined;
}

function number(raw: string | number | boolean): number | undefined {
  const parsed = typeof raw === 'string' && NUMBER.test(raw) ? Number(raw) : raw;
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : undefined;
}

function boolean(raw: string | number | boolean): boolean | undefined {
  if (typeof raw === 'boolean') return raw;
  const word = String(raw).toLowerCase();
  if (word === 'true' || word === '1') return true;
  return word === 'false' || word === '0' ? false : undefined;
}

function date(raw: string): string | undefined {
  const parts = DATE.exec(raw);
  if (!parts) return undefined;
  const time = new Date(`${raw}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(raw) ? raw : undefined;
}

/** Without an offset it is a switch what is meant, so a client must send one (§8). */
function datetime(raw: string, { offsetlessDatetime }: ValueRules): string | undefined {
  if (!DATETIME.test(raw)) return undefined;
  const offset = /(Z|[+-]\d{2}:?\d{2})$/.test(raw.slice(10));
  if (!offset && offsetlessDatetime === 'refuse') return undefined;
  const zoned = offset ? raw : `${raw}${offsetlessDatetime === 'utc' ? 'Z' : '-06:00'}`;
  const time = new Date(zoned.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(time.getTime()) ? undefined : `${time.toISOString().slice(0, 19)}Z`;
}
