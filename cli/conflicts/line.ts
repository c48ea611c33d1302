import type { Conflict } from '../../clients/mongo/conflicts';

/** One conflict as a line; its values only where they were asked for. */
export function lineOf(
  key: string,
  { winner, rule, at, values, decided, outdatedAt }: Conflict,
  withValues: boolean,
): string {
  const open = decided || outdatedAt ? 'was open (ask)' : 'waits for a decision';
  const settled = winner === 'ask' ? open : `${winner} won (${rule})`;
  const since = outdatedAt && !decided ? `, but was settled or edited by ${outdatedAt.toISOString()}` : '';
  const then = decided ? `; decided for ${decided.take} at ${decided.at.toISOString()}: ${decided.outcome}` : '';
  const both = withValues
    ? `; dynamics ${JSON.stringify(values.dynamics)}, marketo ${JSON.stringify(values.marketo)}`
    : '';
  return `${at.toISOString()}  ${key}  ${settled}${since}${then}${both}`;
}
