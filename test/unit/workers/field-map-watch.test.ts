import { utimesSync, writeFileSync } from 'node:fs';
import type { FieldMap } from '../../../model/settings';
import { loadConfig } from '../../../workers/config';
import { watchFieldMap } from '../../../workers/field-map-watch';
import { complete, yaml } from './environment';

const withField = (marketo: string) => `entities: { lead: { fields: [{ dynamics: new_hobby, marketo: ${marketo} }] } }`;

beforeAll(() => jest.useFakeTimers());
afterAll(() => jest.useRealTimers());

/** Watches a file while it is rewritten. @returns the field maps that were taken over. */
function watched(...texts: string[]): FieldMap[] {
  const path = yaml('{}');
  const env = complete({ SYNC_CONFIG: path });
  const offered: FieldMap[] = [];
  const end = watchFieldMap(loadConfig(env), { offer: (map) => void offered.push(map) }, env);
  for (const [index, text] of texts.entries()) {
    writeFileSync(path, text);
    const changedAt = new Date(Date.UTC(2030, 0, index + 1));
    utimesSync(path, changedAt, changedAt);
    jest.advanceTimersByTime(10_000);
  }
  end();
  return offered;
}

const hobbies = (maps: FieldMap[]) => maps.map(({ rules }) => rules.lead?.at(-1)?.marketo);

describe('a sync.config.yaml that is changed while a worker runs', () => {
  it('has its field map taken over, with the file’s time', () => {
    const maps = watched(withField('hobby'), withField('pastime'));
    expect(hobbies(maps)).toEqual(['hobby', 'pastime']);
    expect(maps[1]?.version).toBe(Date.UTC(2030, 0, 2));
  });

  it('and is not right changes nothing until it is', () => {
    expect(hobbies(watched('entities: { lead: { feelds: [] } }', withField('hobby')))).toEqual(['hobby']);
  });
});
