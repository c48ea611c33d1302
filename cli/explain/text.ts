import type { FieldStory, Step } from './fields';
import { FOUND_TEXTS, HAPPENING_TEXTS, RULE_TEXTS } from './meanings';
import type { KeptBack, Story } from './story';

/** Of a long list so many are shown; `--json` has them all. */
const SHOWN = 20;
const ARROWS = { both: '⇄', 'to-marketo': '→', 'to-dynamics': '←' } as const;

/** A story as text, section by section; sections with nothing to say are left out. */
export function textOf(story: Story): string {
  const sections: [string, string[]][] = [
    [story.id, head(story)],
    ['Kept back', story.keptBack.flatMap(keptBackLines)],
    ['Conflicts (npm run conflicts)', story.conflicts.map(conflictLine)],
    ['Waits for', listed(story.waitsFor)],
    ['Is waited for by', listed(story.awaitedBy)],
    ['In the inbox', story.inbox.map(({ from, since, what }) => `${what} from ${from}, since ${since}`)],
    ['Set aside, as a vendor failed at it', story.setAside.map(setAsideLine)],
    ['What happened, as far as it is remembered', story.steps.map(stepLine)],
    [fieldsTitle(story), fieldLines(story.fields)],
    ['Contact roles', roleLines(story)],
    ['Failures of the last weeks (npm run digest)', story.failures.map(failureLine)],
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`)
    .join('\n');
}

function head({ id, link, person, push, unanswered, deletesStopped, roles }: Story): string[] {
  const lines: string[] = [];
  // Whichever connection was asked for: a set of its opportunity's.
  if (!link && roles) lines.push(`the contact roles of opportunity:${id.slice(id.indexOf(':') + 1)}`);
  if (!link && !roles) lines.push('no link: the sync has not met this row, or has not come to it yet');
  if (link) {
    lines.push(`${link.state}: ${link.meaning}${link.into ? ` (${link.into})` : ''}`);
    lines.push(link.marketoId === undefined ? 'no record in Marketo' : `Marketo record ${link.marketoId}`);
    if (link.owner !== undefined)
      lines.push(`it belongs to person or company ${link.owner} (npm run explain -- --marketo ${link.owner})`);
  }
  if (person) {
    const before = person.previous ? `, before that to ${person.previous}` : '';
    lines.push(`Marketo person ${person.marketoId} ${isOver(link) ? 'was of' : 'belongs to'} ${person.owner}${before}`);
  }
  if (link) {
    lines.push(`row version ${link.seenVersion} was seen, ${link.appliedVersion} is settled in Marketo`);
    if (link.dirty) lines.push('something is open: it gets a full merge when it is met next');
    for (const system of link.unsure) lines.push(`an answer of ${system} was lost: it may hold an older copy of ours`);
  }
  if (push) lines.push(`npm run push: ${push}`);
  for (const { object, action, sentAt } of unanswered)
    lines.push(
      `a ${action} of ${object}, sent ${sentAt}, is unanswered: it is looked into before anything else is written`,
    );
  if (deletesStopped) lines.push('deletions of this entity are stopped: npm run deletes');
  return lines;
}

/** Of a row that is over the decisions are of before. */
const fieldsTitle = ({ link }: Story): string =>
  isOver(link) || link?.state === 'superseded'
    ? 'Fields, as they were until then: Dynamics, Marketo, and the last decision'
    : 'Fields: Dynamics, Marketo, and the last decision';

/** The row or its person is gone. */
const isOver = (link: Story['link']): boolean => ['deleted', 'tombstone', 'merged'].includes(link?.state ?? '');

function keptBackLines({
  field,
  reason,
  meaning,
  remedy,
  code,
  direction,
  since,
  lastTried,
  attempts,
}: KeptBack): string[] {
  const where = direction === 'both' ? 'both ways' : direction.replace('-', ' ');
  return [
    `${field ?? 'the whole row'}, ${where}: ${meaning} (${reason}${code === undefined ? '' : `, code ${code}`})`,
    `  since ${since}, tried ${attempts} ${attempts === 1 ? 'time' : 'times'}, last ${lastTried}`,
    ...(remedy === undefined ? [] : [`  what to do: ${remedy}`]),
  ];
}

const conflictLine = ({ key, field, winner, rule, at, decided }: Story['conflicts'][number]): string => {
  const open = decided === undefined ? 'waits for a decision' : 'was open (ask)';
  const settled = winner === 'ask' ? open : `${winner} won (${rule})`;
  return `${at}  ${field}: ${settled}${decided === undefined ? '' : `; decided for ${decided}`}  ${key}`;
};

const listed = (ids: readonly string[]): string[] =>
  ids.length <= SHOWN ? [...ids] : [...ids.slice(0, SHOWN), `and ${ids.length - SHOWN} more (--json)`];

/** `sent to Marketo (one-side: only this side had changed…)` */
function saidOf({ what, rule, code }: Omit<Step, 'fields' | 'at'>): string {
  if (what === 'state') return `${HAPPENING_TEXTS.state} ${code}`;
  if (what === 'linked') return `${HAPPENING_TEXTS.linked}: ${FOUND_TEXTS[code ?? ''] ?? code}`;
  const why = rule === undefined ? '' : ` (${rule}: ${RULE_TEXTS[rule]})`;
  return `${HAPPENING_TEXTS[what]}${code === undefined ? '' : `, ${code}`}${why}`;
}

const stepLine = ({ at, fields, ...step }: Step): string =>
  `${at}  ${saidOf(step)}${fields.length > 0 ? `: ${fields.join(', ')}` : ''}`;

function fieldLines(fields: readonly FieldStory[]): string[] {
  const width = (of: (field: FieldStory) => string) => Math.max(0, ...fields.map((field) => of(field).length));
  const [left, right] = [width(({ dynamics }) => dynamics), width(({ marketo }) => marketo)];
  return fields.map(({ dynamics, marketo, direction, state, quarantined, last }) => {
    // Of most fields: one word is enough.
    const said = last?.what === 'created' ? 'with the record' : last && saidOf(last);
    const then = last === undefined ? '' : `; ${last.at} ${said}`;
    const held = quarantined === undefined ? '' : `held back of every row (status, npm run validate): ${quarantined}; `;
    return `${dynamics.padEnd(left)} ${ARROWS[direction]} ${marketo.padEnd(right)}  ${held}${SAID[state]}${then}`;
  });
}

const SAID: Record<FieldStory['state'], string> = {
  agreed: 'agreed',
  empty: 'empty on both sides',
  parked: 'kept back',
  open: 'nothing agreed on: newly mapped, or one system lacks it',
};

function roleLines({ roles }: Story): string[] {
  if (!roles) return [];
  const { wanted, written, refused } = roles;
  return [
    ...wanted.map(({ contact, role }) => {
      const there = written.find((one) => one.contact === contact && one.role === role);
      return `${role}: contact:${contact}${there ? `, in Marketo for person ${there.leadId}` : ', not in Marketo'}`;
    }),
    ...Object.entries(refused).map(
      ([key, code]) => `refused by Marketo, code ${code}: person ${key.replace('|', ', role ')}`,
    ),
  ];
}

const failureLine = ({
  first,
  last,
  count,
  field,
  operation,
  reason,
  code,
  message,
  mendedAt,
}: Story['failures'][number]) =>
  `${last}  ${operation}${field === undefined ? '' : ` of ${field}`}: ${reason ?? message ?? ''}${code === undefined ? '' : `, code ${code}`}` +
  `, ${count} ${count === 1 ? 'time' : 'times'} since ${first}${mendedAt === undefined ? '' : `, mended ${mendedAt}`}`;

function setAsideLine({ from, code, failures, dueAt, outage }: Story['setAside'][number]): string {
  const again = outage
    ? 'one row of many is tried each minute'
    : dueAt === undefined
      ? 'parked: an edit or a resync tries it again'
      : `tried again at ${dueAt}`;
  return `work from ${from}: ${code}, ${failures} failures by itself; ${again}`;
}
