import type { Conflict } from '../../clients/mongo/conflicts';
import { isoOf } from '../../model/instant';

/** One conflict as a line; its values only where they were asked for. */
export function lineOf(
  key: string,
  { winner, rule, at, values, decided, outdatedAt }: Conflict,
  withValues: boolean,
): string {
  const open = decided || outdatedAt ? 'was open (ask)' : 'waits for a decision';
  const settled = winner === 'ask' ? open : `${winner} won (${rule})`;
  const since = outdatedAt && !decided ? `, but was settled or edited by ${isoOf(outdatedAt)}` : '';
  const then = decided ? `; decided for ${decided.take} at ${isoOf(decided.at)}: ${decided.outcome}` : '';
  const both = withValues
    ? `; dynamics ${JSON.stringify(values.dynamics)}, marketo ${JSON.stringify(values.marketo)}`
    : '';
  return `${isoOf(at)}  ${key}  ${settled}${since}${then}${both}`;
}
