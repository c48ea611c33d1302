import { createHash, randomBytes } from 'node:crypto';
import { DataverseError } from '../errors';

/** What a page remembers for the next one. */
export interface Position {
  kind: 'plain' | 'tracked' | 'delta';
  page: number;
  /** Primary key of the last row of the page. */
  last: string | null;
  /** Rows given so far; used where an order other than the key is asked. */
  given: number;
  /** Tracked and delta reads: the counter when the read began. */
  began?: number;
  /** Delta reads: version of the last item, and which of the two parts is being read. */
  after?: number;
  part?: 'changed' | 'deleted';
  /** Delta reads: the version the token was given for. */
  since?: number;
  /** Milliseconds since the epoch when the link was given; put in by writeSkiptoken. */
  issued?: number;
}

const key = randomBytes(16);
const seal = (text: string): string => createHash('sha256').update(key).update(text).digest('base64url').slice(0, 16);
const twice = (text: string): string => encodeURIComponent(encodeURIComponent(text));

/** Writes a position as the cookie Dataverse shows (dataverse-api §3.2); sealed, so that an altered one is refused. */
export function writeSkiptoken(
  path: string,
  primaryId: string,
  first: string | null,
  position: Position,
  now: number,
): string {
  const brace = (id: string | null): string => (id === null ? '' : `{${id.toUpperCase()}}`);
  const inner = `<cookie page="${position.page - 1}"><${primaryId} last="${brace(position.last)}" first="${brace(first)}" /></cookie>`;
  const state = Buffer.from(JSON.stringify({ ...position, issued: now })).toString('base64url');
  const tracking = position.kind === 'plain' ? 'False' : 'True';
  const check = seal(`${path}.${state}`);
  return `<cookie pagenumber="${position.page}" pagingcookie="${twice(inner)}" istracking="${tracking}" state="${state}" check="${check}" />`;
}

/**
 * Reads a cookie back; throws 400 where it is not one of ours for this path, or was given before `oldest` (milliseconds
 * since the epoch; how long a cookie is good is not documented: nextLinkLifetime).
 */
export function readSkiptoken(path: string, text: string, oldest: number): Position {
  const match =
    /^<cookie pagenumber="\d+" pagingcookie="[^"]*" istracking="(?:True|False)" state="([\w-]+)" check="([\w-]+)" \/>$/.exec(
      text,
    );
  if (!match || seal(`${path}.${match[1]}`) !== match[2]) {
    throw new DataverseError(400, '0x80060888', 'Malformed XML in the Paging Cookie');
  }
  const position = JSON.parse(Buffer.from(match[1]!, 'base64url').toString()) as Position;
  if ((position.issued ?? 0) < oldest) throw new DataverseError(400, '0x80060888', 'The Paging Cookie has expired');
  return position;
}
