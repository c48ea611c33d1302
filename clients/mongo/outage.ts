import type { Trouble } from '../../model/set-aside';

/** How rows fail: alike, where all three are the same. */
export type Failing = Pick<Trouble, 'api' | 'operation' | 'code'>;

/** Many rows that fail alike: a part of the vendor is down for them. */
export interface Outage {
  /** `api operation code` */
  id: string;
  entity: string;
  since: Date;
  /** When a row of it was tried last. */
  probedAt: Date;
}

/** Names an outage. */
export const outageOf = ({ api, operation, code }: Failing): string => `${api} ${operation} ${code}`;

/** Rows of an outage, by its name: neither our names of systems nor those of operations have a space in them, but a vendor's code may. */
export function rowsOf(outage: string): Record<keyof Failing, string> & { outage: true } {
  const [api = '', operation = '', ...code] = outage.split(' ');
  return { api, operation, code: code.join(' '), outage: true };
}
