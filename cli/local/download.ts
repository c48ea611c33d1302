import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Report } from './progress';
import { runTool } from './run-tool';

const ANSWER_WITHIN_MS = 6_000;
const STALLED_AFTER_MS = 8_000;

export interface DownloadLimits {
  /** Milliseconds until the headers of the answer. */
  answerMs?: number;
  /** Milliseconds without a byte. */
  stallMs?: number;
}

/**
 * Fetches a .tar.gz and unpacks it into a directory. Fails within seconds where there is no network, a filter that swallows packets, or an
 * answer other than 2xx, as there is always another way to try.
 *
 * @param strip how many leading path components of the archive to leave out
 */
export async function downloadArchive(
  url: string,
  into: string,
  strip: number,
  report: Report,
  limits: DownloadLimits = {},
): Promise<void> {
  await mkdir(into, { recursive: true });
  const archive = join(into, 'download.tar.gz');
  const host = new URL(url).host;
  const abort = new AbortController();
  const stallMs = limits.stallMs ?? STALLED_AFTER_MS;
  let timer = setTimeout(() => abort.abort(), limits.answerMs ?? ANSWER_WITHIN_MS);
  try {
    report(`download: asking ${host}`);
    const answer = await fetch(url, { signal: abort.signal, redirect: 'follow' });
    if (!answer.ok || !answer.body) throw new Error(`${host} answered ${answer.status}`);
    const total = Number(answer.headers.get('content-length') ?? 0);
    let received = 0;
    const body = Readable.fromWeb(answer.body as ReadableStream<Uint8Array>);
    body.on('data', (chunk: Buffer) => {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), stallMs);
      received += chunk.length;
      report(`download: ${megabytes(received)} of ${total ? megabytes(total) : '?'} MB from ${host}`);
    });
    await pipeline(body, createWriteStream(archive));
  } catch (error) {
    throw new Error(abort.signal.aborted ? `${host} gave no answer in time` : reason(error, host));
  } finally {
    clearTimeout(timer);
  }
  report('download: unpacking');
  await runTool('tar', ['-xzf', archive, '-C', into, `--strip-components=${strip}`], { limitMs: 120_000 });
  await rm(archive, { force: true });
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

/** fetch says only `fetch failed`; what happened is its cause. */
function reason(error: unknown, host: string): string {
  const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  if (cause === undefined) return message;
  const what = ['ENOTFOUND', 'EAI_AGAIN'].includes(cause.code ?? '') ? 'no such host' : (cause.code ?? cause.message);
  return `${host} is not reachable from here (${what})`;
}
