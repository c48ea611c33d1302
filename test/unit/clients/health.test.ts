import { ApiError } from '../../../clients/errors';
import { Health, isOutage } from '../../../clients/health';

const OPERATION = 'leads.sync';
const OTHER = 'leads.read';
const MINUTE_MS = 60_000;

let health: Health;

beforeEach(() => {
  jest.useFakeTimers({ now: Date.UTC(2026, 0, 5, 9) });
  health = new Health();
});
afterEach(() => {
  jest.useRealTimers();
});

const pass = (ms: number) => jest.setSystemTime(Date.now() + ms);

/** How long a call has to wait, in ms; 0: it is let through. */
function waitOf(operation = OPERATION): number {
  try {
    health.admit('marketo', operation);
    return 0;
  } catch (error) {
    if (!isOutage(error)) throw error;
    return Number((error as ApiError).retryAfterMs);
  }
}

function fail(times: number, operation = OPERATION): void {
  for (let time = 0; time < times; time += 1) {
    health.admit('marketo', operation);
    health.failed('marketo', operation);
  }
}

const succeed = (calls: number, records: number): void => {
  for (let call = 0; call < calls; call += 1) health.succeeded('marketo', OPERATION, records);
};

const most = () => health.most('marketo', OPERATION, 300);

describe('an operation that fails', () => {
  it('twice goes on being called', () => {
    fail(2);
    expect(waitOf()).toBe(0);
  });

  it('three times in a row is called once a minute, and is told apart from other errors', () => {
    fail(3);
    pass(20_000);
    expect(waitOf()).toBe(40_000);
    pass(40_000);
    expect([waitOf(), waitOf()]).toEqual([0, MINUTE_MS]);
    expect(isOutage(new ApiError({ api: 'marketo', operation: OPERATION, kind: 'transient' }))).toBe(false);
  });

  it('three times is down though other operations are answered in between', () => {
    for (let time = 0; time < 3; time += 1) {
      fail(1);
      health.answered('marketo', OTHER, true);
    }
    expect(waitOf()).toBe(MINUTE_MS);
    expect(waitOf(OTHER)).toBe(0);
  });

  it('is called again as often as need be once it has succeeded', () => {
    fail(3);
    pass(MINUTE_MS);
    health.admit('marketo', OPERATION);
    succeed(1, 1);
    expect([waitOf(), waitOf()]).toEqual([0, 0]);
    expect(health.succeededAt('marketo', OPERATION)).toBe(Date.now());
  });

  it('is not down while the vendor answers, whatever it says; that is no success of a write', () => {
    fail(2);
    health.answered('marketo', OPERATION, false);
    fail(2);
    expect(waitOf()).toBe(0);
    expect(health.succeededAt('marketo', OPERATION)).toBe(0);
    health.answered('marketo', OTHER, true);
    expect(health.succeededAt('marketo', OTHER)).toBe(Date.now());
  });

  it('once, where three calls of the vendor failed in a row, is down; one that has not failed is not, nor is the other vendor', () => {
    fail(2);
    fail(1, OTHER);
    expect(waitOf()).toBeGreaterThan(0);
    expect(waitOf(OTHER)).toBeGreaterThan(0);
    expect(waitOf('leads.delete')).toBe(0);
    expect(() => health.admit('dynamics', OPERATION)).not.toThrow();
  });
});

describe('records in a call', () => {
  it('are as many as usual until one fails for its size, then half as many each time', () => {
    expect(most()).toBe(300);
    health.tooLarge('marketo', OPERATION, 300);
    expect(most()).toBe(150);
    health.tooLarge('marketo', OPERATION, 150);
    expect(most()).toBe(75);
    expect(health.most('marketo', OTHER, 300)).toBe(300);
    expect(health.most('marketo', OPERATION, 50)).toBe(50);
  });

  it('stay as many where a part of a call that failed fails too, or one record alone', () => {
    health.tooLarge('marketo', OPERATION, 300);
    health.tooLarge('marketo', OPERATION, 149);
    expect(most()).toBe(150);
    health.foundRecord('marketo', OPERATION);
    health.tooLarge('marketo', OPERATION, 1);
    expect(most()).toBe(300);
  });

  it('become more after ten calls of that size, but not as many as failed within an hour', () => {
    health.tooLarge('marketo', OPERATION, 300);
    succeed(20, 149);
    succeed(9, 150);
    expect(most()).toBe(150);
    succeed(1, 150);
    expect(most()).toBe(225);
    succeed(10, 225);
    expect(most()).toBe(225);
    pass(60 * MINUTE_MS);
    succeed(10, 225);
    expect(most()).toBe(300);
  });
});

it('a vendor is steady since it last failed at rows that nobody suspected', () => {
  const before = Date.now() - 1;
  expect(health.isSteadySince('marketo', before)).toBe(true);
  health.failedUnsuspected('marketo');
  expect(health.isSteadySince('marketo', before)).toBe(false);
  expect(health.isSteadySince('marketo', Date.now())).toBe(true);
  expect(health.isSteadySince('dynamics', before)).toBe(true);
});
