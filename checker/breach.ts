import type { Breach, Clause } from './report';

/** A breach; a field or a seq that isn't known is left out. */
export function breach(
  clause: Clause,
  entity: string,
  id: string,
  says: string,
  where: { field?: string | undefined; seq?: number | undefined } = {},
): Breach {
  return {
    clause,
    entity,
    id,
    ...(where.field === undefined ? {} : { field: where.field }),
    ...(where.seq === undefined ? {} : { seq: where.seq }),
    says,
  };
}

/** What was counted beside the breaches. */
export interface Counts {
  records: number;
  fields: number;
  excepted: number;
}

/** A rule: the breaches that it finds. */
export type Found = Generator<Breach, void, undefined>;
