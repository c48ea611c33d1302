import { join } from 'node:path';
import { packageRoot } from '../../../cli/local/paths';
import { loadConfig } from '../../../workers/config';
import { complete, faultsOf, yaml } from './environment';

const root = packageRoot(__dirname);
const withFile = (text: string): string[] =>
  faultsOf(complete({ SYNC_CONFIG: yaml(text) })).map((fault) => fault.replace(/^\S+\.yaml:? /, ''));

describe('sync.config.yaml', () => {
  it('as it comes with the repository is valid', () => {
    expect(faultsOf(complete({ SYNC_CONFIG: join(root, 'sync.config.yaml') }))).toEqual([]);
  });

  it('that is not there is told with what to do about it', () => {
    expect(faultsOf(complete({ SYNC_CONFIG: 'nowhere.yaml' }))).toEqual([
      'SYNC_CONFIG: there is no file nowhere.yaml; copy sync.config.yaml from the repository',
    ]);
  });

  it('that is no YAML is told so', () => {
    expect(withFile('a: [1')).toEqual([expect.stringMatching(/is not YAML/)]);
  });

  it('with unknown keys, wrong words and wrong numbers is told with each of them', () => {
    const faults = withFile(
      'adoptoin: adopt\nadoption: guess\npolling: { changesEverySeconds: 1 }\nlimits: { marketo: { share: 2 } }\n',
    );
    expect(faults).toHaveLength(4);
    expect(faults.join('\n')).toMatch(/adoptoin/);
    expect(faults.join('\n')).toMatch(/^adoption: .*"adopt"/m);
    expect(faults.join('\n')).toMatch(/^polling\.changesEverySeconds: /m);
    expect(faults.join('\n')).toMatch(/^limits\.marketo\.share: /m);
  });

  it('is told together with the environment’s faults', () => {
    expect(faultsOf(complete({ MARKETO_URL: undefined, SYNC_CONFIG: yaml('adoption: guess') }))).toHaveLength(2);
  });

  it('restricts a backfill by dates, or leaves it out', () => {
    const field = (backfill: string) =>
      `entities: { lead: { fields: [{ dynamics: a, marketo: b, backfill: ${backfill} }] } }`;
    const rule = (backfill: string) =>
      loadConfig(complete({ SYNC_CONFIG: yaml(field(backfill)) }))
        .settings.entities.find(({ name }) => name === 'lead')
        ?.rules.find(({ marketo }) => marketo === 'b')?.backfill;
    expect(rule('{ modifiedSince: 2026-01-01 }')).toEqual({ modifiedSince: '2026-01-01T00:00:00Z' });
    expect(rule('false')).toBe(false);
    expect(withFile(field('{ createdSince: soon }')).join()).toMatch(/must be a date, as 2026-01-01/);
  });

  it('names a time zone for a row, and for all others', () => {
    const file = (zone: string) =>
      yaml(
        `timeZone: ${zone}\nentities: { lead: { fields: [{ dynamics: a, marketo: b, timeZone: Asia/Tokyo }, { dynamics: c, marketo: d }] } }`,
      );
    const rules = loadConfig(complete({ SYNC_CONFIG: file('Europe/Berlin') })).settings.entities.find(
      ({ name }) => name === 'lead',
    )?.rules;
    const zoneOf = (field: string) => rules?.find(({ marketo }) => marketo === field)?.timeZone;
    expect([zoneOf('b'), zoneOf('d')]).toEqual(['Asia/Tokyo', 'Europe/Berlin']);
    for (const zone of ['Europe/Nowhere', '"+02:00"', '""'])
      expect(withFile(`timeZone: ${zone}`).join()).toMatch(/timeZone: must be a time zone of the IANA database/);
  });

  it('that contradicts itself is told with the place and the way out', () => {
    const custom =
      '{ name: NAME, marketo: m, displayName: D, pluralName: P, belongsTo: { column: c, entity: contact }, fields: [{ dynamics: d, marketo: m }] }';
    const named = (name: string): string => custom.replace('NAME', name);
    const faults = withFile(
      [
        'entities:',
        '  campaign: { enabled: true }',
        '  account: { whenDeleted: flag, fields: [{ dynamics: name, marketo: company, direction: both }] }',
        `customEntities: [${named('lead')}, ${named('new_twice')}, ${named('new_twice')}]`,
      ].join('\n'),
    );
    expect(faults).toEqual([
      expect.stringMatching(/^entities\.campaign: not one of systemuser, .*customEntities$/),
      expect.stringMatching(/^entities\.account\.fields name: only leads and contacts travel both ways/),
      expect.stringMatching(/^entities\.account\.whenDeleted: only a person can be flagged/),
      expect.stringMatching(/^customEntities lead: /),
      expect.stringMatching(/^customEntities new_twice: /),
    ]);
  });

  it('with a custom entity that stands too deep, in a circle or under nothing is told with the way', () => {
    const custom = (name: string, entity: string): string =>
      `{ name: ${name}, marketo: ${name}, displayName: D, pluralName: P, belongsTo: { column: c, entity: ${entity} }, fields: [{ dynamics: d, marketo: m }] }`;
    const customs = [
      custom('new_order', 'contact'),
      custom('new_line', 'new_order'),
      custom('new_part', 'new_line'),
      custom('new_hen', 'new_egg'),
      custom('new_egg', 'new_hen'),
      custom('new_lost', 'opportunity'),
      custom('new_visit', 'lead'),
    ];
    const file = `entities: { lead: { enabled: false } }\ncustomEntities: [${customs.join(', ')}]\n`;
    expect(withFile(file)).toEqual([
      'customEntities new_part: is 3 levels below contact (new_part → new_line → new_order → contact); at most 2 can be synced',
      'customEntities new_hen: belongs to itself (new_hen → new_egg → new_hen)',
      'customEntities new_egg: belongs to itself (new_egg → new_hen → new_egg)',
      'customEntities new_lost: belongs to opportunity, which is none of lead, contact, account nor a custom entity',
      'customEntities new_visit: belongs to lead, which is not enabled',
    ]);
  });

  it('changes the default map: an added row replaces the one of the same Marketo field, `without` leaves one out', () => {
    const { settings } = loadConfig(
      complete({
        SYNC_CONFIG: yaml(
          'entities:\n  contact:\n    fields: [{ dynamics: nickname, marketo: FirstName, direction: both }]\n    without: [fax]\n  lead: { enabled: false }\n',
        ),
      }),
    );
    const contact = settings.entities.find(({ name }) => name === 'contact');
    const named = (marketo: string) =>
      contact?.rules.filter((rule) => rule.marketo.toLowerCase() === marketo).map(({ dynamics }) => dynamics);
    expect(named('firstname')).toEqual(['nickname']);
    expect(named('fax')).toEqual([]);
    expect(settings.entities.map(({ name }) => name)).not.toContain('lead');
  });

  it('sets a field’s conflict policy by its Marketo name, whatever the case', () => {
    const { settings } = loadConfig(
      complete({ SYNC_CONFIG: yaml('entities:\n  lead:\n    conflicts: { FirstName: newest, unsubscribed: ask }\n') }),
    );
    const policies = settings.entities
      .find(({ name }) => name === 'lead')
      ?.rules.flatMap(({ marketo, conflict }) => (conflict ? [[marketo, conflict]] : []));
    expect(policies).toEqual([
      ['firstName', 'newest'],
      ['unsubscribed', 'ask'],
    ]);
  });

  it('sends Marketo-only people to Dynamics never, by a list or always; checks creates for duplicates, not updates', () => {
    const settings = (text: string) => loadConfig(complete({ SYNC_CONFIG: yaml(text) })).settings;
    expect(settings('adoption: adopt')).toMatchObject({
      createInDynamics: { when: 'never', as: 'lead' },
      duplicateDetection: { create: 'check', update: 'suppress' },
    });
    expect(settings('createInDynamics: always').createInDynamics).toEqual({ when: 'always', as: 'lead' });
    expect(
      settings('createInDynamics: { when: list, list: 1001, as: contact, owner: nadia@example.com }').createInDynamics,
    ).toEqual({ when: 'list', list: 1001, as: 'contact', owner: 'nadia@example.com' });
    expect(settings('duplicateDetection: { update: check }').duplicateDetection).toEqual({
      create: 'check',
      update: 'check',
    });
  });

  it('with a createInDynamics that cannot be is told why', () => {
    expect(withFile('createInDynamics: { when: list }')).toEqual([
      'createInDynamics: when: list needs list: the id of a static list in Marketo',
    ]);
    expect(withFile('createInDynamics: always\nentities: { lead: { enabled: false } }')).toEqual([
      'createInDynamics: as: lead is not synced (entities.lead.enabled: false)',
    ]);
    expect(withFile('createInDynamics: sometimes')).toEqual([expect.stringMatching(/^createInDynamics\.when: /)]);
    expect(withFile('createInDynamics: { when: always, owner: Nadia }')).toEqual([
      'createInDynamics.owner: must be the GUID or e-mail address of a Dynamics user',
    ]);
  });

  it('with a conflict policy that cannot be is told why', () => {
    const faults = withFile(
      'entities:\n  lead:\n    conflicts: { leadStatus: ask, nosuch: ask, city: most-restrictive, title: guess }\n',
    );
    expect(faults.join('\n')).toMatch(/title/);
    const contradictions = withFile(
      'entities:\n  lead:\n    conflicts: { leadStatus: ask, nosuch: ask, city: most-restrictive }\n',
    );
    expect(contradictions).toEqual([
      'entities.lead.conflicts leadStatus: not a field of the map that travels both ways',
      'entities.lead.conflicts nosuch: not a field of the map that travels both ways',
      'entities.lead.conflicts city: most-restrictive is for consent fields; use newest, non-empty or a side',
    ]);
  });
});
