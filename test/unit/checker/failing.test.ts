import { pairedContact, Story } from './story';

// A call tells by `keys` which records it sent; one that failed tells nothing of a row that was not among them.

/** Five failures, three minutes apart, while both systems answer others. */
function failing(story: Story, fail: (story: Story) => Story, times = 5): Story {
  for (let failure = 0; failure < times; failure += 1) {
    fail(story);
    for (let second = 0; second < 180; second += 4) story.read('marketo').read('dynamics');
  }
  return story;
}

const listed = (story: Story, entity = 'contact', id = 'c1'): string[] => {
  story.parked = [{ entity, id, reason: 'keeps-failing' }];
  return story.found();
};

describe('a row that is listed as one that keeps failing', () => {
  const made = () => new Story().edit('dynamics', 'contact', 'c1', { jobtitle: 'x' });

  test('has failed itself, and not only others', () => {
    expect(listed(failing(made(), (story) => story.fail('marketo', ['c2', 'c1'])))).toEqual([]);
    expect(listed(failing(made(), (story) => story.fail('marketo', ['c2'])))).toEqual(['lost contact c1']);
  });

  test('may have failed to be read', () => {
    const unread = (id: string) => failing(made(), (story) => story.fail('dynamics', [id], 400, { write: false }));
    expect(listed(unread('c1'))).toEqual([]);
    expect(listed(unread('c2'))).toEqual(['lost contact c1']);
  });

  test('has failed five times, within no less than ten minutes', () => {
    const fail = (story: Story) => story.fail('marketo', ['c1']);
    expect(listed(failing(made(), fail, 4))).toEqual(['lost contact c1']);
    const atOnce = made();
    for (let failure = 0; failure < 5; failure += 1) fail(atOnce);
    expect(listed(atOnce)).toEqual(['lost contact c1']);
  });

  test('may have failed by its person’s id, in either system, or been refused by name', () => {
    const byPerson = (id: string) => listed(failing(pairedContact(), (story) => story.fail('marketo', [id], 0)));
    expect(byPerson('1')).toEqual([]);
    expect(byPerson('2')).toEqual(['lost contact c1']);
    expect(listed(failing(pairedContact(), (story) => story.fail('dynamics', ['C1'])))).toEqual([]);
    expect(listed(failing(pairedContact(), (story) => story.refuse('dynamics', 'contact', 'c1', '500')))).toEqual([]);
    expect(listed(failing(pairedContact(), (story) => story.refuse('dynamics', 'contact', 'c2', '500')))).toEqual([
      'lost contact c1',
    ]);
  });

  test('of a company, is not named by a person’s number', () => {
    const companies = () =>
      new Story()
        .edit('dynamics', 'account', 'a1', { name: 'x' })
        .write('marketo', 'companies', '7', { externalCompanyId: 'a1', company: 'x' });
    const found = (key: string) =>
      listed(
        failing(companies(), (story) => story.fail('marketo', [key])),
        'account',
        'a1',
      );
    expect(found('a1')).toEqual([]);
    expect(found('7')).toEqual(['lost account a1']);
  });
});

test('a deletion is kept back by failures of its own row, and not of others', () => {
  const deleted = (key: string): string[] => {
    const story = failing(pairedContact().remove('dynamics', 'contact', 'c1'), (one) => one.fail('marketo', [key]));
    return listed(story);
  };
  expect(deleted('c1')).toEqual([]);
  expect(deleted('c2')).toEqual(['lost contact c1']);
});

test('a row that is listed as refused was alone in a call that was, and for what it held', () => {
  const refused = (records: number, code: string): string[] => {
    const story = new Story().edit('dynamics', 'contact', 'c1', { jobtitle: 'x' });
    story.fail('marketo', ['c1'], 200, { records, code }).read('marketo');
    story.parked = [{ entity: 'contact', id: 'c1', reason: 'refused-by-marketo' }];
    return story.found();
  };
  expect(refused(1, '1003')).toEqual([]);
  expect(refused(2, '1003')).toEqual(['lost contact c1']);
  // Its rate.
  expect(refused(1, '606')).toEqual(['lost contact c1']);
});

test('roles that are listed as failing are those of the opportunity, and its own failures are none of theirs', () => {
  const sold = () =>
    pairedContact()
      .edit('dynamics', 'opportunity', 'o1', { name: 'x', _customerid_value: 'c1', _customerid_type: 'contact' })
      .write('marketo', 'opportunities', '5', { externalOpportunityId: 'o1', name: 'x' });
  const found = (key: string) =>
    listed(
      failing(sold(), (story) => story.fail('marketo', [key])),
      'connection',
      'o1',
    );
  expect(found('o1,1,Customer')).toEqual([]);
  expect(found('o1')).toContain('lost connection o1');
  expect(found('o2,1,Customer')).toContain('lost connection o1');
});
