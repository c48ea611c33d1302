import type { HttpAnswer } from '../http';
import { unreadable } from './transport';

export interface BatchPart {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string>;
  body: string;
}

/**
 * The parts of a batch's answer, in the order of the request.
 *
 * @throws ApiError `transient` when it is no multipart answer, was cut off, or has another number of parts
 */
export function readBatch(operation: string, answer: HttpAnswer, expected: number): BatchPart[] {
  const boundary = /boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(answer.headers['content-type'] ?? '');
  const delimiter = `--${boundary?.[1] ?? boundary?.[2] ?? ''}`;
  if (boundary === null) throw unreadable(operation, answer.status, 'NO_BATCH');
  const pieces = `\r\n${answer.body}`.split(`\n${delimiter}`);
  // The preamble, a piece for each part, and what follows the closing `--boundary--`.
  if (!pieces.at(-1)?.startsWith('--')) throw unreadable(operation, answer.status, 'CUT_BATCH');
  if (pieces.length - 2 !== expected) throw unreadable(operation, answer.status, 'BATCH_COUNT');
  return pieces.slice(1, -1).map((piece) => partOf(operation, answer.status, piece));
}

function partOf(operation: string, status: number, piece: string): BatchPart {
  // MIME headers, then a whole HTTP answer: status line, headers, body.
  const [, http] = splitAtBlank(piece.replace(/^[^\n]*\n/, ''));
  const [head, body] = splitAtBlank(http);
  const [statusLine = '', ...lines] = head.split(/\r?\n/);
  const code = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(statusLine.trim())?.[1];
  if (code === undefined) throw unreadable(operation, status, 'NO_STATUS_LINE');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { status: Number(code), headers, body: body.trim() };
}

function splitAtBlank(text: string): [string, string] {
  const blank = /(?:^|\r?\n)\r?\n/.exec(text);
  return blank === null ? [text.trim(), ''] : [text.slice(0, blank.index), text.slice(blank.index + blank[0].length)];
}
