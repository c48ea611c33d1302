import { DataverseError } from '../../errors';
import { type Element, readXml } from './xml';

/** A FetchXML query (dataverse-api §3.1); what it cannot say here is refused, not left out. */
export interface Fetch {
  top?: number;
  page: number;
  count?: number;
  cookie?: string;
  distinct: boolean;
  aggregate: boolean;
  total: boolean;
  entity: FetchEntity;
}

export interface FetchEntity {
  name: string;
  /** '' for the first entity. */
  alias: string;
  all: boolean;
  attributes: FetchAttribute[];
  orders: { attribute: string; alias?: string; descending: boolean }[];
  filters: Element[];
  links: FetchLink[];
}

export interface FetchAttribute {
  name: string;
  alias?: string;
  aggregate?: string;
  groupby: boolean;
  dategrouping?: string;
  distinct: boolean;
}

export interface FetchLink extends FetchEntity {
  from: string;
  to: string;
  type: 'inner' | 'outer' | 'any' | 'not any';
}

/** outer and inner give rows of the other table; the others only ask whether there are any. */
const LINK_TYPES: Record<string, FetchLink['type']> = {
  inner: 'inner',
  outer: 'outer',
  any: 'any',
  exists: 'any',
  in: 'any',
  'not any': 'not any',
};

const FETCH = ['top', 'page', 'count', 'paging-cookie', 'distinct', 'aggregate', 'returntotalrecordcount'];
const IGNORED = ['version', 'output-format', 'mapping', 'no-lock', 'xmlns', 'latematerialize', 'utc-offset', 'options'];

/** Reads the text of a query; throws 400 0x80040216 for what is no part of it, 0x80040201 where it is no XML. */
export function readFetchXml(text: string): Fetch {
  const root = readXml(text.trim());
  const [entity, ...more] = root.children;
  if (root.name !== 'fetch' || entity?.name !== 'entity' || more.length > 0) {
    throw invalid('the query must be a fetch of one entity');
  }
  const { attributes } = root;
  for (const name of Object.keys(attributes)) {
    if (!FETCH.includes(name) && !IGNORED.includes(name)) throw invalid(`the attribute '${name}' of fetch is unknown`);
  }
  const number = (name: string): number | undefined => {
    const value = attributes[name];
    if (value !== undefined && !/^\d+$/.test(value)) throw invalid(`'${name}' is not a number`);
    return value === undefined ? undefined : Number(value);
  };
  const [top, count] = [number('top'), number('count')];
  const cookie = attributes['paging-cookie'];
  if (top !== undefined && (count !== undefined || attributes.page !== undefined)) {
    throw invalid('top cannot stand beside page or count');
  }
  return {
    ...(top !== undefined && { top }),
    ...(count !== undefined && { count }),
    page: number('page') ?? 1,
    ...(cookie && { cookie }),
    distinct: truth(attributes.distinct),
    aggregate: truth(attributes.aggregate),
    total: truth(attributes.returntotalrecordcount),
    entity: readEntity(entity, ''),
  };
}

function readEntity(element: Element, alias: string): FetchEntity {
  const { name } = element.attributes;
  if (!name) throw invalid(`${element.name} has no name`);
  const found: FetchEntity = { name, alias, all: false, attributes: [], orders: [], filters: [], links: [] };
  for (const child of element.children) {
    const { attributes } = child;
    if (child.name === 'all-attributes') found.all = true;
    else if (child.name === 'attribute') found.attributes.push(readAttribute(child));
    else if (child.name === 'order') {
      const { attribute = '', alias: of } = attributes;
      found.orders.push({ attribute, ...(of && { alias: of }), descending: truth(attributes.descending) });
    } else if (child.name === 'filter') found.filters.push(child);
    else if (child.name === 'link-entity') found.links.push(readLink(child, found));
    else throw invalid(`the element '${child.name}' is not supported`);
  }
  return found;
}

function readLink(element: Element, parent: FetchEntity): FetchLink {
  const { name = '', from = '', to = '', alias, 'link-type': type = 'inner' } = element.attributes;
  const kind = LINK_TYPES[type];
  if (!kind) throw invalid(`the link-type '${type}' is not supported`);
  const made = alias ?? `${name}${parent.links.length + 1}`;
  return { ...readEntity(element, made), from, to, type: kind };
}

function readAttribute({ attributes }: Element): FetchAttribute {
  const { name, alias, aggregate, dategrouping } = attributes;
  if (!name) throw invalid('an attribute has no name');
  const [groupby, distinct] = [truth(attributes.groupby), truth(attributes.distinct)];
  return {
    name,
    ...(alias && { alias }),
    ...(aggregate && { aggregate }),
    ...(dategrouping && { dategrouping }),
    groupby,
    distinct,
  };
}

const truth = (value: string | undefined): boolean => value === 'true' || value === '1';

/** 400 0x80040216, FetchXML that is not understood. */
export const invalid = (why: string): DataverseError =>
  new DataverseError(400, '0x80040216', `The FetchXML query is not valid: ${why}.`);
