import { badQuery } from '../errors';
import { type Expansion, readExpand } from './expand';

export interface QueryOptions {
  select?: string[];
  filter?: string;
  orderby?: string;
  top?: number;
  count: boolean;
  expand?: Expansion[];
  apply?: string;
  fetchXml?: string;
  skiptoken?: string;
  deltatoken?: string;
  aliases: Map<string, string>;
}

const UNSUPPORTED = ['$skip', '$search', '$format', '$compute'];

/** What may stand in a query besides the options of OData; those that mean something are read where they do. */
const CUSTOM = new Set(['tag', 'annotations', 'partitionid', 'api-version']);

/** Reads the query of a URL; option names are case-sensitive and unknown ones refused (dataverse-api §3.1). */
export function readOptions(query: URLSearchParams): QueryOptions {
  const options: QueryOptions = { count: false, aliases: new Map() };
  for (const [key, value] of query) {
    if (key.startsWith('@')) options.aliases.set(key, value);
    else if (!CUSTOM.has(key.toLowerCase())) readOption(options, key, value);
  }
  return options;
}

function readOption(options: QueryOptions, key: string, value: string): void {
  switch (key) {
    case '$select':
      if (value !== '') options.select = value.split(',').map((name) => name.trim());
      break;
    case '$filter':
      options.filter = value;
      break;
    case '$orderby':
      options.orderby = value;
      break;
    case '$top':
      if (!/^\d+$/.test(value)) throw badQuery(`The value '${value}' of $top is not a number.`);
      options.top = Number(value);
      break;
    case '$count':
      if (value !== 'true' && value !== 'false') throw badQuery(`The value '${value}' of $count is not a boolean.`);
      options.count = value === 'true';
      break;
    case '$expand':
      options.expand = readExpand(value);
      break;
    case '$apply':
      options.apply = value;
      break;
    case 'fetchXml':
      options.fetchXml = value;
      break;
    case '$skiptoken':
      options.skiptoken = value;
      break;
    case '$deltatoken':
      options.deltatoken = value;
      break;
    default:
      throw badQuery(
        UNSUPPORTED.includes(key)
          ? `The query option '${key}' is not supported.`
          : `The query parameter '${key}' is not supported.`,
      );
  }
}
