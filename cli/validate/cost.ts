import type { Config } from '../../workers/config';
import { type Check, ok, warn } from './check';

const DAY = 86_400;
/** What Dataverse grants an application user as a whole a day is by licence; this is DESIGN's own bound. */
const DYNAMICS_A_DAY = 50_000;
/** Deleted leads, and scores with merges. */
const SLOW_FEEDS = 2;
/** A whole read asks the table and, by id, what it is joined with. */
const WHOLE_READ = 2;

/** The list of `createInDynamics`: a call for each 300 members, and one where it has fewer. */
const listLooks = ({ createInDynamics, feeds }: Config['settings']): number =>
  createInDynamics.when === 'list' ? Math.ceil(DAY / feeds.listEverySeconds) : 0;

/** What looking alone costs a day, by the polling settings; what it finds comes on top. */
export function pollingCost({ settings }: Config): { marketo: number; dynamics: number } {
  const { changesEverySeconds, deletionsEverySeconds } = settings.feeds;
  const marketo =
    Math.ceil(DAY / changesEverySeconds) + SLOW_FEEDS * Math.ceil(DAY / deletionsEverySeconds) + listLooks(settings);
  const dynamics = settings.entities.reduce(
    (sum, { lookEverySeconds, untracked }) => sum + Math.ceil(DAY / lookEverySeconds) * (untracked ? WHOLE_READ : 1),
    0,
  );
  return { marketo, dynamics };
}

const number = (value: number): string => value.toLocaleString('en-US');

export function checkCost(config: Config): Check[] {
  const { marketo, dynamics } = pollingCost(config);
  const granted = Math.floor(config.limits.marketo.callsPerDay * config.limits.marketo.share);
  const { changesEverySeconds, deletionsEverySeconds, listEverySeconds } = config.settings.feeds;
  const list = listLooks(config.settings) > 0 ? `, the list every ${listEverySeconds} s per 300 members` : '';
  const calls = `${number(marketo)} Marketo calls a day (changes every ${changesEverySeconds} s, ${SLOW_FEEDS} feeds every ${deletionsEverySeconds} s${list}), ${number(granted)} granted`;
  const requests = `${number(dynamics)} Dynamics requests a day`;
  return [
    marketo > granted
      ? warn('polling', calls, 'Raise polling in sync.config.yaml, or the share')
      : ok('polling', calls),
    dynamics > DYNAMICS_A_DAY
      ? warn('polling', requests, 'Raise lookEverySeconds of the tables that may wait')
      : ok('polling', requests),
  ];
}
