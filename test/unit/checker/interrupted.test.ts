import { check } from '../../../checker/index';
import { pairedContact, Story } from './story';

// A worker that dies between its call and the answer, or before it has remembered it, leaves the next one without the knowledge. One that dies
// later has remembered it.

const ofRow = (id: string) => ({ microsoftId: id, microsoftType: 'Contact', leadStatus: 'Active' });
const LONG = 40;

function found(story: Story, ...interrupted: number[]): string[] {
  return check({ ...story.evidence(), interrupted }).breaches.map(
    ({ clause, entity, id }) => `${clause} ${entity} ${id}`,
  );
}

function idle(story: Story): Story {
  for (let read = 0; read < LONG; read += 1) story.read('marketo');
  return story;
}

describe('a person that is made again after others deleted it', () => {
  const TWIN = 'duplicated contact c1';
  const again = (story: Story, title: string): Story =>
    story.remove('marketo', 'leads', '1').write('marketo', 'leads', '2', { ...ofRow('c1'), title });

  test('was forgotten where the worker died right after it had made it, and not where it died an hour later', () => {
    const story = pairedContact();
    const made = story.next;
    const later = idle(story).next;
    again(story, 'old');
    expect(found(story, made)).not.toContain(TWIN);
    expect(found(story, later)).toContain(TWIN);
    expect(found(story)).toContain(TWIN);
  });

  test('was forgotten where the worker died while its call was under way', () => {
    let died = 0;
    const story = new Story().edit('dynamics', 'contact', 'c1', { jobtitle: 'old', statecode: 0 }).read('dynamics');
    const during = (now: Story) => {
      died = now.next;
      now.read('dynamics');
    };
    story.write('marketo', 'leads', '1', { ...ofRow('c1'), title: 'old' }, { during });
    idle(story);
    again(story, 'old');
    expect(found(story, died)).not.toContain(TWIN);
    expect(found(story, died - 2)).toContain(TWIN);
  });

  test('is known once the next worker has written to it, and lived', () => {
    const story = pairedContact();
    const made = story.next;
    story.read('marketo').edit('dynamics', 'contact', 'c1', { jobtitle: 'b' });
    story.write('marketo', 'leads', '1', { title: 'b' });
    const written = story.next;
    idle(story);
    again(story, 'b');
    expect(found(story, made)).toContain(TWIN);
    expect(found(story, made, written)).not.toContain(TWIN);
  });
});

describe('what is listed of a person that the service itself', () => {
  const UNFOUNDED = 'lost contact c1';
  const pairs = () =>
    pairedContact()
      .edit('dynamics', 'contact', 'c2', { jobtitle: 'x', statecode: 0 })
      .write('marketo', 'leads', '2', { ...ofRow('c2'), title: 'x' });
  const listed = (story: Story, reason: string): Story => {
    story.parked = [{ entity: 'contact', id: 'c1', reason }];
    return story;
  };

  test('merged is as of others’ merge where the worker died before it remembered', () => {
    const story = idle(pairs()).write('marketo', 'leads', '1', {}, { kind: 'delete', into: '2' });
    const merged = story.next;
    const later = idle(story).next;
    listed(idle(story), 'merged-in-marketo');
    expect(found(story, merged)).not.toContain(UNFOUNDED);
    expect(found(story, later)).toContain(UNFOUNDED);
    expect(found(story)).toContain(UNFOUNDED);
  });

  test('merged is as of others’ merge where nobody answered', () => {
    const merge = (status: number) =>
      idle(pairs()).write('marketo', 'leads', '1', {}, { kind: 'delete', into: '2', status });
    expect(found(listed(idle(merge(0)), 'merged-in-marketo'))).not.toContain(UNFOUNDED);
    expect(found(listed(idle(merge(200)), 'merged-in-marketo'))).toContain(UNFOUNDED);
  });

  test('gave another identity is as of others’ where the worker died before it remembered', () => {
    const story = idle(pairs()).write('marketo', 'leads', '1', { microsoftId: 'c2' });
    const given = story.next;
    const later = idle(story).next;
    listed(idle(story), 'not-ours');
    expect(found(story, given)).not.toContain(UNFOUNDED);
    expect(found(story, later)).toContain(UNFOUNDED);
  });

  test('made is the row’s own, whoever died', () => {
    const story = pairedContact();
    const made = story.next;
    listed(idle(story), 'not-ours');
    expect(found(story, made)).toContain(UNFOUNDED);
  });
});
