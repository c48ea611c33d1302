/** What an activity answers: never a row, at most 2 KB. */
export type Outcome<T> =
  | ({ kind: 'done' } & T)
  /** Nothing can be done before then: the child ends with it and the parent holds it per entity. Epoch ms. */
  | { kind: 'wait'; waitUntil: number; reason: string }
  /** A fault of configuration or authority: someone has to act; the look probes it again. */
  | { kind: 'stopped'; reason: string };

export const done = <T extends object>(result: T): Outcome<T> => ({ kind: 'done', ...result });
