/**
 * Every version that the local servers are pinned to; the cache keeps one directory per name and version.
 *
 * - Temporal CLI: 1.5.1 is the newest tag that `go install` accepts, as later ones carry a replace directive (temporal §B.1).
 * - secantus-mdb: MongoDB's wire protocol over WiredTiger, for development and tests only (temporal §B.5).
 */
export const VERSIONS = {
  temporal: '1.5.1',
  mongod: '8.0.13',
  secantusMdb: '0.5.3-beta.193',
} as const;

/** The driver speaks to servers from wire version 9 on, which is MongoDB 4.4 (temporal §B.5). */
export const OLDEST_MONGOD = [4, 4] as const;
