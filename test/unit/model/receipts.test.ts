import { type Marks, packReceipts, type Receipt, unpackReceipts } from '../../../model/fingerprint';
import { lastWords, matching, stillNeeded, verdictOn } from '../../../model/receipts';

const [ANNA, BERTA, CLARA, DORA] = [1n, 2n, 3n, 4n] as const;
const KEY = 7;
const NOON = Date.UTC(2026, 10, 23, 12);
/** We read Anna and sent Berta. */
const receipt: Receipt = { key: KEY, before: ANNA, sent: BERTA, at: NOON };
const change = (from: bigint, to: bigint) => ({ key: KEY, from, to, at: NOON + 2_000 });

describe('an entry of Marketo’s feed beside our receipts', () => {
  it('may be the trace of a write of ours only with the value sent, of the same field, around the same time', () => {
    expect(matching([receipt], change(ANNA, BERTA))).toEqual([receipt]);
    expect(matching([receipt], change(ANNA, CLARA))).toEqual([]);
    expect(matching([receipt], { ...change(ANNA, BERTA), key: 8 })).toEqual([]);
    expect(matching([receipt], { ...change(ANNA, BERTA), at: NOON + 6 * 60_000 })).toEqual([]);
  });

  it('is no trace of a write that we made once the feed had told of it', () => {
    expect(matching([receipt], { ...change(ANNA, BERTA), told: NOON - 1 })).toEqual([]);
    expect(matching([receipt], { ...change(ANNA, BERTA), told: NOON })).toEqual([receipt]);
  });

  it('is ours when its old value is what we had read', () => {
    expect(verdictOn(change(ANNA, BERTA), receipt, [receipt])).toBe('ours');
  });

  it('is ours when its old value is something that we sent before', () => {
    const next: Receipt = { key: KEY, before: ANNA, sent: DORA, at: NOON };
    expect(verdictOn(change(BERTA, DORA), next, [receipt, next])).toBe('ours');
  });

  it('overtook an edit when its old value is neither', () => {
    expect(verdictOn(change(CLARA, BERTA), receipt, [receipt])).toBe('overtook');
  });

  it('is news when no receipt is left for it, though its value is one that we sent', () => {
    expect(verdictOn(change(CLARA, BERTA), undefined, [receipt])).toBe('news');
  });
});

describe('receipts', () => {
  it('come back from their bytes as they were', () => {
    const receipts = [receipt, { key: 0xffffffff, before: 2n ** 64n - 1n, sent: 0n, at: NOON + 1 }];
    expect(unpackReceipts(packReceipts(receipts))).toEqual(receipts);
    expect(unpackReceipts(Buffer.alloc(0))).toEqual([]);
  });

  it('are kept for a day, the newest of each field until there is a newer one', () => {
    const later = { ...receipt, sent: 3n, at: NOON + 1 };
    expect(stillNeeded([receipt, later], NOON + 24 * 3_600_000 - 1)).toEqual([receipt, later]);
    expect(stillNeeded([receipt, later], NOON + 25 * 3_600_000)).toEqual([later]);
  });

  it('are the last word once the feed has had an hour to tell of them, while what they sent is agreed on', () => {
    const later = { ...receipt, sent: 3n, at: NOON + 1 };
    const agreed: Marks = new Map([[receipt.key, { state: 'agreed', fingerprint: 3n }]]);
    expect(lastWords([receipt, later], agreed, NOON + 3_600_001)).toEqual([later]);
    expect(lastWords([receipt, later], agreed, NOON + 3_600_000)).toEqual([]);
    expect(lastWords([receipt, later], new Map(), NOON + 3_600_001)).toEqual([]);
  });
});
