import type { Trouble } from '../../model/set-aside';

/** How rows fail: alike, where all three are the same. */
export type Failing = Pick<Trouble, 'api' | 'operation' | 'code'>;

/** Many rows of an entity that fail alike: a part of the vendor is down for them. */
export interface Outage {
  /** `entity/api operation code` */
  id: string;
  entity: string;
  /** `api operation code`. Earlier versions stored it as the id. */
  failing: string;
  since: Date;
  /** When a row of it was tried last. */
  probedAt: Date;
}
export type OutageDocument = Pick<Outage, 'entity' | 'since' | 'probedAt'> & { _id: string };

export const failingOf = ({ api, operation, code }: Failing): string => `${api} ${operation} ${code}`;

/** Names an outage. Each entity has its own: rows of another one may get through, or be paused. */
export const outageOf = (entity: string, failing: Failing): string => `${entity}/${failingOf(failing)}`;

const NAME = /^([^ /]+)\/([\s\S]*)$/;

/** As it is stored by any version. */
export function outageIn({ _id, ...rest }: OutageDocument): Outage {
  const failing = NAME.exec(_id)?.[2] ?? _id;
  return { ...rest, id: `${rest.entity}/${failing}`, failing };
}

/** The document of an outage, by its name, as any version stored it. */
export function documentOf(outage: string): object {
  const [, entity, failing] = NAME.exec(outage) ?? [];
  return entity === undefined ? { _id: outage } : { entity, _id: { $in: [outage, failing] } };
}

/** Rows that fail like those of an outage, by its name: neither our names of systems nor those of operations have a space in them, but a vendor's code may. */
export function rowsOf(outage: string): object {
  const [, entity, failing = outage] = NAME.exec(outage) ?? [];
  const [api, operation, ...code] = failing.split(' ');
  const range = entity === undefined ? {} : { _id: rangeOf(entity) };
  return { ...range, api, operation, code: code.join(' ') };
}

/** Ids of what is set aside of an entity. */
export const rangeOf = (entity: string): object => ({ $gte: `${entity}/`, $lt: `${entity}0` });
