import { Refused } from '../../../cli/operator';
import { lineOf } from '../../../cli/push/report';
import { type Options, requestFrom } from '../../../cli/push/request';
import { configFile, settingsFrom } from '../../../workers/config-file';

const settings = settingsFrom(configFile.parse({ entities: { contact: { enabled: false } } }));
const faults = (options: Options, positionals: string[] = []): string[] => {
  try {
    requestFrom({ as: 'lead', ...options }, positionals, settings);
  } catch (error) {
    if (error instanceof Refused) return error.message.split('\n');
  }
  return [];
};

it('takes persons, each once, or a list, with kind and owner', () => {
  expect(requestFrom({ id: '1042, 1043 1042', as: 'lead', owner: 'nadia@example.com' }, [], settings)).toEqual({
    entity: 'lead',
    as: 'lead',
    ids: [1042, 1043],
    owner: 'nadia@example.com',
  });
  expect(requestFrom({ list: '1001', as: 'lead' }, [], settings)).toEqual({ entity: 'lead', as: 'lead', list: 1001 });
});

it.each<[Options, string[], string[]]>([
  [{}, [], ['give either --id or --list']],
  [{ id: '1', list: '2' }, [], ['give either --id or --list']],
  [{}, ['1042'], ['1042: give persons by --id, or a static list by --list']],
  [{ id: '1042,x' }, [], ['--id x: not a Marketo id, such as 1042']],
  [{ list: 'Fair' }, [], ["--list Fair: not a static list's id, such as 1001"]],
  [
    { id: '1', as: 'account', owner: 'Nadia' },
    [],
    ['--as account: there are lead and contact', '--owner: not the e-mail address or GUID of a Dynamics user'],
  ],
  [{ id: '1', as: 'contact' }, [], ['--as contact: contact is not synced (entities.contact in sync.config.yaml)']],
])('%j %j is refused: %j', (options, positionals, told) => {
  expect(faults(options, positionals)).toEqual(told);
});

const at = new Date('2026-11-26T12:00:00Z');

it('says what came of each person, and why', () => {
  expect(lineOf({ marketoId: 1042, as: 'lead', outcome: 'created', row: 'lead:aa', at })).toBe(
    '1042 as lead: created (lead:aa); the row was made; 2026-11-26T12:00:00.000Z',
  );
  expect(
    lineOf({
      marketoId: 1042,
      as: 'lead',
      outcome: 'refused',
      reason: 'duplicate-in-dynamics',
      code: '0x80040333',
      other: 'contact:bb',
      at,
    }),
  ).toMatch(/^1042 as lead: refused \(0x80040333, the other row is contact:bb\); duplicate-in-dynamics: /);
});
