import type { FastifyInstance } from 'fastify';
import { MarketoFault } from '../errors';

export interface FilePart {
  name: string;
  bytes: Buffer;
}

/** A multipart/form-data body: its plain fields, and its file if it has one. */
export class Multipart {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: FilePart | undefined;

  constructor(fields: ReadonlyMap<string, string>, file: FilePart | undefined) {
    this.fields = fields;
    this.file = file;
  }
}

/** Lets the application read multipart/form-data; what is malformed is 613 (marketo-api §2.2). */
export function addMultipart(app: FastifyInstance): void {
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      done(null, readMultipart(body as Buffer, request.headers['content-type'] ?? ''));
    } catch (error) {
      done(error as MarketoFault);
    }
  });
}

/** Takes a body apart by the boundary of its content type (RFC 7578). Throws 613. */
export function readMultipart(body: Buffer, contentType: string): Multipart {
  const match = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (!boundary) throw new MarketoFault('613', 'Invalid Multipart Request');
  const fields = new Map<string, string>();
  let file: FilePart | undefined;
  for (const part of partsOf(body, boundary)) {
    const { name, filename, bytes } = readPart(part);
    if (filename !== undefined || name === 'file') file = { name: filename ?? '', bytes };
    else fields.set(name, bytes.toString());
  }
  return new Multipart(fields, file);
}

/** What stands between the delimiters; the last one must end with `--`. */
function* partsOf(body: Buffer, boundary: string): Generator<Buffer> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  let from = whole.indexOf(delimiter);
  while (from >= 0) {
    const start = from + delimiter.length;
    if (whole.subarray(start, start + 2).toString() === '--') return;
    const end = whole.indexOf(delimiter, start);
    if (end < 0) break;
    yield whole.subarray(whole.indexOf('\r\n', start) + 2, end);
    from = end;
  }
  throw new MarketoFault('613', 'Invalid Multipart Request');
}

function readPart(part: Buffer): { name: string; filename: string | undefined; bytes: Buffer } {
  const blank = part.indexOf('\r\n\r\n');
  const head = part.subarray(0, Math.max(blank, 0)).toString();
  const disposition = /^content-disposition:\s*form-data(.*)$/im.exec(head)?.[1] ?? '';
  const name = parameter(disposition, 'name');
  if (blank < 0 || name === undefined) throw new MarketoFault('613', 'Invalid Multipart Request');
  return { name, filename: parameter(disposition, 'filename'), bytes: part.subarray(blank + 4) };
}

function parameter(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]*))`, 'i').exec(disposition);
  return match?.[1] ?? match?.[2];
}
