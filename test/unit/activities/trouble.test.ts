import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { TimeoutFailure } from '@temporalio/common';
import { MongoNetworkError, MongoServerError } from 'mongodb';
import { isUnexpected, placeOf } from '../../../activities/trouble';
import { ApiError, ERROR_KINDS } from '../../../clients/errors';
import { UnreadableError } from '../../../clients/mongo/sealer';

const api = (kind: ApiError['kind'], more: Partial<ApiError> = {}) =>
  new ApiError({ api: 'dynamics', operation: 'contacts.read', kind, ...more });
const system = (more: object) => Object.assign(new Error('failed'), more);

describe('an error is none that a row may have caused', () => {
  it.each(ERROR_KINDS.filter((kind) => kind !== 'too-large').map((kind) => [kind, api(kind, { status: 400 })]))(
    'of a vendor: %s',
    (_kind, error) => {
      expect(isUnexpected(error)).toBe(false);
    },
  );

  it.each([
    ['of MongoDB', new MongoServerError({ message: 'not primary', code: 10107 })],
    ['of MongoDB’s network', new MongoNetworkError('connection reset')],
    ['of Temporal', ApplicationFailure.create({ type: 'own-fault', message: 'too many' })],
    ['of a time-out in Temporal', new TimeoutFailure('late', undefined, 'START_TO_CLOSE')],
    ['a cancellation', new CancelledFailure('the worker shuts down')],
    ['an abort', system({ name: 'AbortError' })],
    ['a time-out', system({ name: 'TimeoutError' })],
    ['of the operating system', system({ code: 'EMFILE', syscall: 'open' })],
    ['memory that has run out', new RangeError('Array buffer allocation failed')],
    ['memory that Node cannot get', system({ code: 'ERR_MEMORY_ALLOCATION_FAILED' })],
    ['another key', new UnreadableError('another')],
    ['a key that is not told', new UnreadableError('unknown')],
    ['what is no error', 'text'],
  ])('%s', (_what, error) => {
    expect(isUnexpected(error)).toBe(false);
  });
});

it.each([
  ['a bug over a value', new TypeError('value.trim is not a function')],
  ['an id that our own client refuses to send', api('bug')],
  ['a row that is too large, where nobody asked what to do about it', api('too-large')],
  ['what is stored of it is damaged', new UnreadableError('ours')],
])('%s may be a row’s', (_what, error) => {
  expect(isUnexpected(error)).toBe(true);
});

it('of an error its class and place are told, and no value', () => {
  const error = new SyntaxError('secret@example.com');
  error.stack = `SyntaxError: secret@example.com\n    at parse (/x/node_modules/y.js:1:1)\n    at GuidSet.add (/x/model/guid-set.ts:7:3)`;
  expect(placeOf(error)).toBe('SyntaxError in model/guid-set (add)');
});
