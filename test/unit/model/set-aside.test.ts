import { afterFailure, type Failure, outageLimit, type Trouble, unexpectedLimit } from '../../../model/set-aside';

const MINUTE_MS = 60_000;
const failure = (at: number, more: Partial<Failure> = {}): Failure => ({
  api: 'marketo',
  operation: 'leads.sync',
  code: '611',
  size: 1,
  at,
  succeededAt: at - 1,
  isShaky: false,
  ...more,
});

/** Waits between failures of a row alone, in ms, until it is parked or so many were made. */
function waits(times: number, more: Partial<Failure> = {}): (number | 'park')[] {
  let trouble: Trouble | undefined;
  let at = 1_000_000;
  return Array.from({ length: times }, () => {
    const verdict = afterFailure(trouble, failure(at, more));
    trouble = verdict.trouble;
    if (verdict.kind === 'park') return 'park';
    const wait = verdict.dueAt - at;
    at = verdict.dueAt;
    return wait;
  });
}

it('a row that fails alone waits 30 s, twice as long each time, and is parked after five failures over ten minutes', () => {
  // 30 s, 1, 2 and 4 minutes: the fifth failure comes after seven and a half.
  expect(waits(6)).toEqual([30_000, 60_000, 120_000, 240_000, 480_000, 'park']);
});

it('the wait does not grow beyond an hour, nor is the row parked, while the vendor fails at others, too', () => {
  const shaky = { isShaky: true };
  expect(waits(9, shaky)).toEqual(Array(9).fill(30_000));
  const grown = {
    api: 'marketo',
    operation: 'leads.sync',
    code: '611',
    size: 1,
    failures: 20,
    first: 1,
    last: 2,
  } as const;
  const verdict = afterFailure(grown, failure(9_000_000, shaky));
  expect(verdict).toMatchObject({ kind: 'aside', dueAt: 9_000_000 + 60 * MINUTE_MS });
});

it('nobody touches the row before the vendor has said whether it carried the call out', () => {
  const verdict = afterFailure(undefined, failure(5, { waitUntil: 90_005 }));
  expect(verdict).toMatchObject({ kind: 'aside', dueAt: 90_005 });
});

describe('rows that failed together', () => {
  const together = (succeededAt: number) => afterFailure(undefined, failure(100, { size: 300, succeededAt }));
  it('are tried again at once, in smaller parts, where the operation has worked for others since', () => {
    expect(together(200)).toMatchObject({ kind: 'aside', dueAt: 100, trouble: { size: 300, failures: 0 } });
  });
  it('else a minute later', () => {
    expect(together(50)).toMatchObject({ kind: 'aside', dueAt: 100 + MINUTE_MS });
  });
});

it('an outage takes more than fifty rows, or one of a hundred in a busy hour', () => {
  expect([0, 4_999, 20_000].map(outageLimit)).toEqual([50, 50, 200]);
});

it('a fault of the service’s own takes more than twenty rows of a unit, or one of a hundred of a large one', () => {
  expect([1, 2_000, 4_800].map(unexpectedLimit)).toEqual([20, 20, 48]);
});
