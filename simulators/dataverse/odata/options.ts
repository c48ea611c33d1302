import { badQuery } from '../errors';

export interface QueryOptions {
  select?: string[];
  filter?: string;
  orderby?: string;
  top?: number;
  count: boolean;
  expand?: string;
  skiptoken?: string;
  deltatoken?: string;
  aliases: Map<string, string>;
}

const UNSUPPORTED = ['$skip', '$search', '$format', '$compute', '$apply'];

/** Reads the query of a URL; option names are case-sensitive and unknown ones refused (dataverse-api §3.1). */
export function readOptions(query: URLSearchParams): QueryOptions {
  const options: QueryOptions = { count: false, aliases: new Map() };
  for (const [key, value] of query) {
    if (key.startsWith('@')) options.aliases.set(key, value);
    if (!key.startsWith('$')) continue; // tag, fetchXml's relatives and other custom parameters
    switch (key) {
      case '$select':
        options.select = value.split(',').map((name) => name.trim());
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
        options.count = value === 'true';
        break;
      case '$expand':
        options.expand = value;
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
  return options;
}
