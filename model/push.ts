/** Which kind of row a Marketo-only person becomes. */
export const PUSH_AS = ['lead', 'contact'] as const;
export type PushAs = (typeof PUSH_AS)[number];

/** How a person is to go to Dynamics: `owner` is a user's GUID or e-mail address; without it the application user owns the row. */
export interface PushWish {
  as: PushAs;
  owner?: string;
}

/** What someone asks for: persons by Marketo id, or the members of a static list. */
export interface PushRequest extends PushWish {
  /** The table: requests are kept by entity (clients/mongo/requests.ts). */
  entity: PushAs;
  ids?: number[];
  list?: number;
}

export const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** One address and nothing besides: it goes into a filter. A quote is doubled there. */
export const ADDRESS = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/;
/** RFC 5321 §4.5.3.1.3 allows 256 with its brackets; a signal is carried from run to run. */
const LONGEST_OWNER = 320;
const REQUEST = /^[\w-]{1,64}$/;
const KEYS: ReadonlySet<string> = new Set(['id', 'list', 'as', 'owner', 'request']);

export const isOwner = (text: unknown): text is string =>
  typeof text === 'string' && text.length <= LONGEST_OWNER && (GUID.test(text) || ADDRESS.test(text));

const marketoId = (value: unknown): number | undefined => {
  const id = typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : undefined;
};

/**
 * What the payload of a signal `push` asks for; `request` is the id of what `npm run push` has stored. A key that is none of ours is
 * rubbish too: a row made without its misspelt `owner` could not be taken back.
 */
export function pushOf(payload: unknown): PushRequest | { request: string } | undefined {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload) || payload instanceof Uint8Array)
    return undefined;
  const given = payload as Record<string, unknown>;
  if (Object.keys(given).some((key) => !KEYS.has(key))) return undefined;
  const { id, list, as = 'lead', owner, request } = given;
  if (request !== undefined) {
    const alone = Object.keys(given).length === 1;
    return alone && typeof request === 'string' && REQUEST.test(request) ? { request } : undefined;
  }
  const kind = PUSH_AS.find((one) => one === as);
  if (!kind || (owner !== undefined && !isOwner(owner)) || (id === undefined) === (list === undefined))
    return undefined;
  const wanted = marketoId(id ?? list);
  if (wanted === undefined) return undefined;
  return {
    entity: kind,
    as: kind,
    ...(owner !== undefined && { owner }),
    ...(id === undefined ? { list: wanted } : { ids: [wanted] }),
  };
}
