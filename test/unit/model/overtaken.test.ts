import type { BoundField } from '../../../model/bind';
import type { FieldDecision } from '../../../model/decision';
import { both } from '../../../model/field-rule';
import { settleOvertaken } from '../../../model/overtaken';

const bound = (consent: boolean): BoundField => ({
  rule: both('a', 'b', consent ? { consent: true } : {}),
  kind: consent ? 'boolean' : 'text',
  column: { logicalName: 'a', type: consent ? 'Boolean' : 'String' },
  field: { name: 'b', dataType: consent ? 'boolean' : 'string', readOnly: false },
  key: 1,
});
const SENT = 5n;
const holding = (fingerprint: bigint, action: FieldDecision['action'] = 'agreed'): FieldDecision => ({
  bound: bound(false),
  action,
  mark: { state: 'agreed', fingerprint },
});

describe('an edit in Marketo that our write overtook', () => {
  it('is restored where Marketo wins, and stays overwritten where Dynamics does', () => {
    expect(
      settleOvertaken(bound(false), holding(SENT), SENT, { ours: 'Berta', edit: 'Anna' }, {}, 'marketo').outcome,
    ).toBe('restore');
    expect(
      settleOvertaken(bound(false), holding(SENT), SENT, { ours: 'Berta', edit: 'Anna' }, {}, 'dynamics').outcome,
    ).toBe('stands');
  });

  it('of a consent field leaves the restrictive value, whoever wins', () => {
    for (const winner of ['marketo', 'dynamics'] as const) {
      expect(settleOvertaken(bound(true), holding(SENT), SENT, { ours: false, edit: 'true' }, {}, winner).outcome).toBe(
        'restore',
      );
      expect(settleOvertaken(bound(true), holding(SENT), SENT, { ours: true, edit: 'false' }, {}, winner).outcome).toBe(
        'stands',
      );
    }
  });

  it('changes nothing once either side holds something else', () => {
    expect(
      settleOvertaken(bound(false), holding(6n), SENT, { ours: 'Berta', edit: 'Anna' }, {}, 'marketo').outcome,
    ).toBe('moved-on');
    const edited = holding(SENT, 'to-marketo');
    expect(settleOvertaken(bound(false), edited, SENT, { ours: 'Berta', edit: 'Anna' }, {}, 'marketo').outcome).toBe(
      'moved-on',
    );
  });
});
