import { badQuery } from '../errors';
import { splitOutside } from './split';

/** One navigation property of an $expand with the options in its parentheses (dataverse-api §3.1). */
export interface Expansion {
  name: string;
  /** `nav/$ref`: addresses only. */
  ref: boolean;
  select?: string[];
  filter?: string;
  orderby?: string;
  top?: number;
  expand?: Expansion[];
  /** The options as sent. */
  options: string[];
}

const MOST = 15; // dataverse-api §3.1

/** Reads `nav($select=a;$expand=other($select=b)),nav2`. Throws 400 0x80060888. */
export function readExpand(text: string): Expansion[] {
  const list = readList(text);
  if (count(list) > MOST) throw badQuery(`The query holds more than ${MOST} $expand options.`);
  return list;
}

function readList(text: string): Expansion[] {
  return splitOutside(text, ',').map((part) => {
    const match = /^([\w./$]+?)(\/\$ref)?(?:\((.*)\))?$/s.exec(part);
    if (!match) throw badQuery(`Syntax error in $expand: '${part}'.`);
    const options = splitOutside(match[3] ?? '', ';');
    const expansion: Expansion = { name: match[1]!, ref: match[2] !== undefined, options };
    for (const option of options) readOption(expansion, option);
    return expansion;
  });
}

function readOption(expansion: Expansion, option: string): void {
  const at = option.indexOf('=');
  const [key, value] = [option.slice(0, at).trim(), option.slice(at + 1).trim()];
  if (/(^|[\s(,])@\w/.test(value)) throw badQuery('Parameter aliases are not supported inside of $expand.');
  switch (key) {
    case '$select':
      expansion.select = value.split(',').map((name) => name.trim());
      break;
    case '$filter':
      expansion.filter = value;
      break;
    case '$orderby':
      expansion.orderby = value;
      break;
    case '$top':
      if (!/^\d+$/.test(value)) throw badQuery(`The value '${value}' of $top is not a number.`);
      expansion.top = Number(value);
      break;
    case '$expand':
      expansion.expand = readList(value);
      break;
    default:
      throw badQuery(`The query option '${key}' is not supported inside of $expand.`);
  }
}

const count = (list: readonly Expansion[]): number =>
  list.reduce((sum, { expand }) => sum + 1 + (expand ? count(expand) : 0), 0);

/** What stands behind the set's name in @odata.context: `(fullname,nav(name))`, or nothing. */
export function shape(select: readonly string[] | undefined, expand: readonly Expansion[] | undefined): string {
  const expanded = (expand ?? []).map((one) => `${one.name}${shape(one.select, one.expand) || '()'}`);
  const parts = [...(select ?? []), ...expanded];
  return parts.length === 0 ? '' : `(${parts.join(',')})`;
}
