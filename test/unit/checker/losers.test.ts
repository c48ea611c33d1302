import { pairedContact } from './story';

const person = { microsoftId: 'c1', microsoftType: 'Contact' };

describe('a merge’s loser', () => {
  const merged = () =>
    pairedContact()
      .edit('dynamics', 'contact', 'c2', { statecode: 0 })
      .edit('dynamics', 'contact', 'c2', { merged: true, _masterid_value: 'c1', jobtitle: 'loser’s' });

  test('leaves what it held, and not its emptiness', () => {
    const kept = merged()
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'new' })
      .write('marketo', 'leads', '1', { title: 'loser’s' });
    expect(kept.write('dynamics', 'contact', 'c1', { jobtitle: 'loser’s' }).found()).toEqual([]);
    const emptied = merged()
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'new' })
      .write('dynamics', 'contact', 'c1', { jobtitle: null })
      .write('marketo', 'leads', '1', { title: null });
    expect(emptied.found()).toContain('lost contact c1 title');
  });

  const went = (survivor: string) => {
    const two = pairedContact()
      .edit('dynamics', 'contact', 'c2', { statecode: 0 })
      .write('marketo', 'leads', '2', { ...person, microsoftId: 'c2', leadStatus: 'Active' })
      .edit('dynamics', 'contact', 'c3', { statecode: 0 })
      .write('marketo', 'leads', '3', { ...person, microsoftId: 'c3', leadStatus: 'Active' })
      .edit('dynamics', 'contact', 'c1', { merged: true, _masterid_value: 'c2' });
    return two.write('marketo', 'leads', '1', {}, { kind: 'delete', into: survivor }).found();
  };

  test('has its person merged into the winner’s, and into no other', () => {
    expect(went('2')).toEqual([]);
    expect(went('3')).toEqual(['wrongly-deleted contact c1']);
  });

  test('has its person merged away or flagged, unless the winner has none', () => {
    const two = (filter: boolean, flagged: boolean) => {
      const story = pairedContact().edit('dynamics', 'contact', 'c2', { statecode: 0, new_synctomkto: filter });
      if (filter) story.write('marketo', 'leads', '2', { ...person, microsoftId: 'c2', leadStatus: 'Active' });
      story.edit('dynamics', 'contact', 'c1', { merged: true, _masterid_value: 'c2' });
      if (flagged) story.write('marketo', 'leads', '1', { microsoftIsDeleted: true });
      return story.found();
    };
    expect(two(true, false)).toEqual(['lost contact c1']);
    expect(two(true, true)).toEqual([]);
    expect(two(false, false)).toEqual([]);
  });

  test('gives its person to the winner, and to no other row', () => {
    const given = (row: string) =>
      pairedContact()
        .edit('dynamics', 'contact', 'c2', { jobtitle: 'old', statecode: 0 })
        .edit('dynamics', 'contact', 'c3', { jobtitle: 'old', statecode: 0 })
        .edit('dynamics', 'contact', 'c1', { merged: true, _masterid_value: 'c2' })
        .write('marketo', 'leads', '1', { microsoftId: row })
        .found();
    expect(given('c2')).not.toContain('duplicated contact c2');
    expect(given('c3')).toContain('duplicated contact c3');
  });
});
