import type { Call } from '../call';
import { notFound, RawAnswer } from '../raw';

const DAY = 86_400_000;
/** How long a file that is complete may still answer 404 (a switch; marketo-api §7.3). */
const LATE = 2000;

/** `file.json`: the file or a range of it; HTTP 404 while there is none, and when it is too old (marketo-api §2.1). */
export function exportFile({ instance, path, range }: Call, object: string): RawAnswer {
  const { clock, settings, bulk } = instance;
  const job = bulk.exports.get(path.exportId ?? '');
  const age = clock.now() - (job?.finishedAt ?? 0);
  const ready = job?.object === object && job.stage === 'done' && !(settings.exportFileLate && age < LATE);
  if (!ready || !job.file || age > settings.exportRetentionDays * DAY) return notFound();
  const type = 'text/csv;charset=UTF-8';
  const size = job.file.length;
  const asked = range === undefined ? undefined : readRange(range, size);
  if (!asked) return new RawAnswer(200, type, job.file, { 'accept-ranges': 'bytes' });
  const [from, to] = asked;
  if (from > to || from >= size) return new RawAnswer(416, type, '', { 'content-range': `bytes */${size}` });
  return new RawAnswer(206, type, job.file.subarray(from, to + 1), {
    'accept-ranges': 'bytes',
    'content-range': `bytes ${from}-${to}/${size}`,
  });
}

/** First and last byte of a `bytes=` header of one range; what is not one is as if it were not there (RFC 9110). */
function readRange(header: string, size: number): [from: number, to: number] | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') return [Math.max(0, size - Number(last)), size - 1];
  return [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)];
}
