import { randomUUID } from 'node:crypto';
import type { ApiRequest, ApiResponse } from '../context';
import { badQuery } from '../errors';

export interface Part extends ApiRequest {
  contentId: string | undefined;
  /** Scheme and host of its address; null where it is relative. */
  origin: string | null;
}

/** A single operation, or a change set of several. */
export type BatchItem = { part: Part } | { changeSet: Part[] };

const CRLF = '\r\n';

/** Reads the body of a $batch (dataverse-api §5.5). Throws 400 where it is not one. */
export function readMultipart(contentType: string, body: string): BatchItem[] {
  return split(contentType, body).map(({ headers, content }) => {
    const type = headers['content-type'] ?? '';
    if (/^multipart\/mixed/i.test(type)) {
      const changeSet = split(type, content).map((inner) => readPart(inner.content, inner.headers));
      for (const part of changeSet) {
        if (part.contentId === undefined) throw badQuery('Content-ID is required on each part of a change set.');
        if (part.method === 'GET') throw badQuery('A change set cannot hold a GET.');
      }
      return { changeSet };
    }
    return { part: readPart(content, headers) };
  });
}

interface Piece {
  headers: Record<string, string | undefined>;
  content: string;
}

function split(contentType: string, body: string): Piece[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (!boundary) throw badQuery('The content type of a batch needs a boundary.');
  const pieces = `${CRLF}${body}`.split(new RegExp(`\\r?\\n--${escapeRegExp(boundary)}`));
  if (!pieces.at(-1)?.startsWith('--')) throw badQuery('The batch ends without its closing boundary.');
  return pieces.slice(1, -1).map((piece) => {
    const [head, content] = headAndBody(piece.replace(/^[ \t]*\r?\n/, ''));
    return { headers: readHeaders(head.split(/\r?\n/)), content };
  });
}

function readPart(content: string, outer: Record<string, string | undefined>): Part {
  const [head, body] = headAndBody(content);
  const [line = '', ...headerLines] = head.split(/\r?\n/);
  const match = /^([A-Z]+) (.+?)(?: HTTP\/\d\.\d)?$/.exec(line.trim());
  if (!match) throw badQuery('A part of the batch does not begin with a request line.');
  const url = match[2]!
    .replace(/^https?:\/\/[^/]+/, '')
    .replace(/^\/api\/data\/v9\.\d\//, '')
    .replace(/^\//, '');
  const [path = '', rawQuery = ''] = cutOnce(url, '?');
  return {
    method: match[1]!,
    path: decodeURIComponent(path),
    rawQuery,
    headers: readHeaders(headerLines),
    body: body.trim(),
    contentId: outer['content-id'],
    origin: /^https?:\/\/[^/]+/.exec(match[2]!)?.[0] ?? null,
  };
}

function headAndBody(text: string): [string, string] {
  const blank = /\r?\n\r?\n/.exec(text);
  if (!blank) return [text.trimEnd(), ''];
  return [text.slice(0, blank.index), text.slice(blank.index + blank[0].length)];
}

function readHeaders(lines: string[]): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const line of lines) {
    const [name = '', value] = cutOnce(line, ':');
    if (value !== undefined) headers[name.trim().toLowerCase()] = value.trim();
  }
  return headers;
}

function cutOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Writes answers as multipart/mixed; a list within the list is the answer of a change set. */
export function writeMultipart(
  answers: (Answered | Answered[])[],
  kind: 'batchresponse' | 'changesetresponse' = 'batchresponse',
): { type: string; body: string } {
  const boundary = `${kind}_${randomUUID()}`;
  const parts = answers.map((answer) => {
    if (!Array.isArray(answer)) return writePart(answer);
    const inner = writeMultipart(answer, 'changesetresponse');
    return `Content-Type: ${inner.type}${CRLF}${CRLF}${inner.body}`;
  });
  const body = `${parts.map((part) => `--${boundary}${CRLF}${part}${CRLF}`).join('')}--${boundary}--${CRLF}`;
  return { type: `multipart/mixed; boundary=${boundary}`, body };
}

export interface Answered {
  answer: ApiResponse;
  contentId: string | undefined;
}

const REASONS: Record<number, string> = { 200: 'OK', 201: 'Created', 204: 'No Content', 304: 'Not Modified' };

function writePart({ answer, contentId }: Answered): string {
  const head = ['Content-Type: application/http', 'Content-Transfer-Encoding: binary'];
  if (contentId !== undefined) head.push(`Content-ID: ${contentId}`);
  if (answer.status >= 400) head.push(`REQ_ID: ${randomUUID()}`);
  const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${answer.status} ${REASONS[answer.status] ?? (answer.status < 400 ? 'OK' : 'Error')}`;
  return [...head, '', status, ...lines, '', answer.body ?? ''].join(CRLF);
}
