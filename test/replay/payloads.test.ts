import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Payload } from '@temporalio/common';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { payloadConverter } from '../../workflows/payload-converter';

const FIXTURES = join(__dirname, 'fixtures');

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Every payload in a history, however deep. */
function payloadsIn(value: unknown): Payload[] {
  if (!isObject(value) || value instanceof Uint8Array) return [];
  const own = isObject(value.metadata) && 'encoding' in value.metadata && 'data' in value ? [value as Payload] : [];
  return [...own, ...Object.values(value).flatMap(payloadsIn)];
}

/** What the code of before stored is read as it was written. */
test.each(readdirSync(FIXTURES))('%s decodes, and encodes again byte for byte', (file) => {
  const history = historyFromJSON(JSON.parse(readFileSync(join(FIXTURES, file), 'utf8')));
  const payloads = payloadsIn(history.events).filter(
    ({ metadata }) => Buffer.from(metadata?.encoding ?? []).toString() === 'json/plain',
  );
  expect(payloads.length).toBeGreaterThan(5);
  for (const payload of payloads) {
    const text = Buffer.from(payload.data ?? []).toString();
    if (!isJson(text)) continue; // what a person sent
    const again = payloadConverter.toPayload(payloadConverter.fromPayload(payload));
    expect(Buffer.from(again.data ?? []).toString()).toBe(text);
    expect(Buffer.from(again.metadata?.encoding ?? []).toString()).toBe('json/plain');
  }
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
