const KIB = 1_024;
const MIB = 1_024 * KIB;

/**
 * How many bytes an answer may have once it is unpacked, by what it answers. What is longer is cut off while it comes in, and is not
 * used: the process's memory is not the sender's to fill. A worker has 256 MB (Dockerfile), and several answers at once; how much the
 * values in so many bytes may take is bounded as well (clients/json.ts).
 */
export const BOUNDS = {
  /** Entra and Marketo's identity service. */
  token: 256 * KIB,
  /** One fact: a count, a paging token, the usage of the day, that persons were merged. */
  fact: 256 * KIB,
  /** Columns and fields with their options, in all languages. */
  metadata: 12 * MIB,
  /** Rows, records or activities, as many as were asked for; asked for again by halves (clients/halves.ts). Of one row it leaves room in a document of MongoDB. */
  page: 12 * MIB,
  /** What became of up to 300 records that were written. */
  written: 4 * MIB,
  /** Whatever comes with a status that is no success. */
  error: MIB,
} as const;

export type AnswerKind = Exclude<keyof typeof BOUNDS, 'error'>;

export const boundOf = (kind: AnswerKind, status: number): number =>
  status >= 200 && status <= 299 ? BOUNDS[kind] : Math.min(BOUNDS[kind], BOUNDS.error);
