import { isReformat, isRemainder } from '../../../model/alteration';

describe('what a vendor leaves of a value', () => {
  test.each([
    ['text', 'Chief Buyer', 'Chief'],
    ['text', 'Chief Buyer', 'C'],
    ['text', 'Chief Buyer', null],
    ['text', 'Chief \u{1f600} Buyer', 'Chief'],
    ['text', 'Chief \u{1f600} Buyer', 'Chief  Buyer'],
    ['text', 'Chief \u{1f600} Buyer', 'Chief \ud83d'],
    ['text', 'Chief \u{1f600} Buyer', 'Chief \ufffd Buyer'],
    ['text', 'Chief \u{1f600} Buyer', 'Chief ? Buyer'],
    ['text', 'Chief \u{1f600} Buyer', 'Chief ?? Buyer'],
    ['text', 'one\ntwo\u0007', 'one two'],
    ['text', 'one\ntwo\u0007', 'onetwo'],
    ['text', 'one\ntwo', 'one'],
    ['label', 'a very long label', 'a very'],
    ['number', '1.2345', '1.23'],
    ['number', '1.2355', '1.24'],
    ['number', '1.5', '2'],
    ['number', '123456789.12', '123456792'],
    ['number', '0.1234567890123456789', '0.12345678901234568'],
    ['integer', '5', null],
    ['datetime', '2026-05-01T10:20:30Z', '2026-05-01T10:20:00Z'],
    ['datetime', '2026-05-01T10:20:30Z', '2026-05-01T00:00:00Z'],
  ] as const)('%s %j: %j is a remainder', (kind, sent, held) => {
    expect(isRemainder(kind, sent, held)).toBe(true);
  });

  test.each([
    ['text', 'Chief Buyer', 'Chief Buyer'],
    ['text', 'Chief Buyer', 'Buyer'],
    ['text', 'Chief Buyer', 'chief'],
    ['text', 'Chief', 'Chief Buyer'],
    ['text', 'Chief?', 'Chief'.slice(1)],
    ['text', null, 'Chief'],
    ['text', null, null],
    ['text', 'what? who?', 'who what'],
    ['number', '1.2345', '1.3'],
    ['number', '1.2345', '2'.repeat(3)],
    ['number', '12', '13'],
    ['number', '12', '1'],
    ['integer', '5', '0'],
    ['boolean', 'true', 'false'],
    ['date', '2026-05-01', '2026-05-02'],
    ['datetime', '2026-05-01T10:20:30Z', '2026-05-01T11:00:00Z'],
  ] as const)('%s %j: %j is somebody’s', (kind, sent, held) => {
    expect(isRemainder(kind, sent, held)).toBe(false);
  });
});

describe('the same in another spelling', () => {
  test.each([
    ['+1 (555) 0100', '+15550100'],
    ['ANN O’NEIL', 'Ann O Neil'],
    ['Müller', 'Mu\u0308ller'],
  ])('%j is %j', (sent, held) => expect(isReformat(sent, held)).toBe(true));

  test.each([
    ['+1 555 0100', '+1 555 0101'],
    ['Ann', null],
    ['Ann', 'Ann'],
    ['--', '**'],
    ['Chief \u{1f600}', 'Chief'],
  ])('%j is not %j', (sent, held) => expect(isReformat(sent, held)).toBe(false));
});
