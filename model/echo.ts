/**
 * How our own writes to Dynamics are kept from travelling back to Marketo.
 * - `by-value`  what both sides have agreed on is no change, whoever wrote it
 * - `by-user`   nothing that our application user has written is a change: the built-in connector's loop guard
 *               (native-sync §5.2). Dataverse keeps only the last one who changed a row, so that a person's edit just
 *               before stays behind as well, and so does whatever else runs under the same user (native-sync §12, L18).
 */
export const ECHO_RULES = ['by-value', 'by-user'] as const;
export type EchoRule = (typeof ECHO_RULES)[number];

export const MODIFIED_BY = 'modifiedby';

/** @param user the systemuserid of our application user; undefined where values decide */
export const isWrittenBy = (row: Record<string, unknown>, user: string | undefined): boolean =>
  user !== undefined && String(row[`_${MODIFIED_BY}_value`] ?? '').toLowerCase() === user;
