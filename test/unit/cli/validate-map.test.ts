import { lineOf } from '../../../cli/validate/check';
import { checkMap } from '../../../cli/validate/map';
import type { TableMetadata } from '../../../clients/dynamics/types';
import type { KnownField } from '../../../model/field-state';
import { configFile, settingsFrom } from '../../../workers/config-file';

const CITY = { dynamics: 'new_city', marketo: 'town', direction: 'both' };

/** What `npm run validate` says of one field of a lead's map, as the sync has known it. */
function said(column: { type: string; maxLength: number } | undefined): string[] {
  const settings = settingsFrom(configFile.parse({ entities: { lead: { fields: [CITY] } } }));
  const table: TableMetadata = {
    logicalName: 'lead',
    entitySetName: 'leads',
    primaryIdAttribute: 'leadid',
    changeTrackingEnabled: true,
    columns: column ? { new_city: { logicalName: 'new_city', validForUpdate: true, ...column } } : {},
  };
  const known: KnownField = {
    dynamics: 'new_city',
    marketo: 'town',
    edition: 0,
    shape: { column: 'String', field: 'string', maxLength: 80, length: 255 },
  };
  const fields = [{ name: 'town', dataType: 'string', length: 255, readOnly: false }];
  return checkMap(settings, new Map([['lead', table]]), new Map([['leads', fields]]), new Map([['lead', [known]]]))
    .filter(({ what }) => what === 'map lead.new_city')
    .map(lineOf);
}

test('validate names a field that the running sync holds back, with the reason', () => {
  expect(said({ type: 'String', maxLength: 80 })).toEqual([]);
  expect(said(undefined)).toEqual([expect.stringMatching(/^warn .*left out: Dynamics has no column new_city/)]);
  expect(said({ type: 'Memo', maxLength: 80 })).toEqual([
    expect.stringMatching(/left out: Dynamics’ column new_city was of type String and is of type Memo/),
  ]);
  expect(said({ type: 'String', maxLength: 20 })).toEqual([
    expect.stringMatching(/held back in part: Dynamics’ column new_city holds 20 characters, not 80 as before/),
  ]);
});
