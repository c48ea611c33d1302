export type Literal = string | number | boolean | null;
export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
/** `like` matches the whole text; only FetchXML has it. */
export type TextFunction = 'contains' | 'startswith' | 'endswith' | 'like';

/** A parsed $filter. Names may be paths over single-valued navigation (`primarycontactid/fullname`). */
export type Filter =
  | { op: 'and' | 'or'; left: Filter; right: Filter }
  | { op: 'not'; inner: Filter }
  | { op: Comparison; name: string; value: Literal }
  /** Two columns of a row. */
  | { op: 'columns'; comparison: Comparison; name: string; other: string }
  | { op: TextFunction; name: string; value: string }
  | { op: 'in' | 'notin'; name: string; values: string[] }
  /** Another of the query functions `Microsoft.Dynamics.CRM.<Fn>(…)`. */
  | { op: 'function'; fn: string; name: string; values: Literal[] }
  /** `nav/any(o:o/name eq 'x')`; without an inner filter: whether there are any. */
  | { op: 'any' | 'all'; path: string; variable: string; inner?: Filter };

export const COMPARISONS: ReadonlySet<string> = new Set<Comparison>(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
export const TEXT_FUNCTIONS: ReadonlySet<string> = new Set<TextFunction>(['contains', 'startswith', 'endswith']);

/** What a comparison means with its sides exchanged. */
export const FLIPPED: Record<Comparison, Comparison> = { eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' };
