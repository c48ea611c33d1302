import { isOwner, PUSH_AS, type PushRequest } from '../../model/push';
import type { Settings } from '../../model/settings';
import { Refused } from '../operator';

export interface Options {
  id?: string;
  list?: string;
  as?: string;
  owner?: string;
  status?: boolean;
}

const NUMBER = /^[1-9]\d{0,14}$/;

/** Marketo ids, parted by commas or blanks. @throws Refused */
export function idsOf({ id }: Options): number[] | undefined {
  if (id === undefined) return undefined;
  const given = id.split(/[\s,;]+/).filter((text) => text !== '');
  const wrong = given.filter((text) => !NUMBER.test(text));
  if (wrong.length > 0) throw new Refused(`--id ${wrong.slice(0, 3).join(', ')}: not a Marketo id, such as 1042`);
  if (given.length === 0) throw new Refused('--id: there is none');
  return [...new Set(given.map(Number))];
}

/** What was typed, as a request; throws Refused with every fault at once. */
export function requestFrom(options: Options, positionals: readonly string[], settings: Settings): PushRequest {
  const { list, as, owner } = options;
  const ids = idsOf(options);
  const faults: string[] = [];
  if (positionals.length > 0) faults.push(`${positionals.join(' ')}: give persons by --id, or a static list by --list`);
  else if ((ids === undefined) === (list === undefined)) faults.push('give either --id or --list');
  if (list !== undefined && !NUMBER.test(list)) faults.push(`--list ${list}: not a static list's id, such as 1001`);
  const kind = PUSH_AS.find((one) => one === as);
  if (!kind) faults.push(`--as ${as}: there are ${PUSH_AS.join(' and ')}`);
  else if (!settings.entities.some(({ name }) => name === kind))
    faults.push(`--as ${kind}: ${kind} is not synced (entities.${kind} in sync.config.yaml)`);
  if (owner !== undefined && !isOwner(owner)) faults.push('--owner: not the e-mail address or GUID of a Dynamics user');
  if (faults.length > 0 || !kind) throw new Refused(faults.join('\n'));
  return {
    entity: kind,
    as: kind,
    ...(ids && { ids }),
    ...(list !== undefined && { list: Number(list) }),
    ...(owner !== undefined && { owner }),
  };
}
