import type { Refusal } from '../common/ledger';
import type { Instance } from './instance';
import { tableOf } from './record';

type Sent = Record<string, unknown>;

/**
 * Tells the ledger of every record that a write skipped. Results stand in the order of the input (marketo-api §1.5), so
 * the names that were sent are found by index. `path` is the path with its parameters filled in.
 */
export function noteRefusals(instance: Instance, path: string, body: unknown, answer: unknown): void {
  const { result } = (answer ?? {}) as { result?: unknown };
  if (!Array.isArray(result)) return;
  const input = inputOf(body);
  const { table, keys } = target(instance, path, body);
  for (const [index, one] of result.entries()) {
    const { status, reasons, id, marketoGUID } = one as Sent & { reasons?: { code: string }[] };
    if (status !== 'skipped') continue;
    const sent = input[index] ?? {};
    const known = id ?? marketoGUID ?? sent.id ?? sent.marketoGUID;
    const key = keyOf(sent, keys);
    const refusal: Refusal = {
      table,
      ...(known !== undefined && known !== null && { id: String(known) }),
      code: reasons?.[0]?.code ?? '',
      fields: Object.keys(sent),
      ...(key !== undefined && { key }),
    };
    instance.ledger.refusal(refusal);
  }
}

/**
 * Which records a call sends or asks for: each by its own id, and by the values of the fields by which it is found, an address excepted where
 * it is only asked for. A merge names people in its address.
 */
export function keysSent(instance: Instance, url: string, body: unknown): string[] {
  const { keys } = target(instance, url, body);
  const found = inputOf(body).flatMap((sent) => [sent.id, sent.marketoGUID, keyOf(sent, keys)]);
  const merged = /^\/rest\/v1\/leads\/(\d+)\/merge\.json\?(.*)/.exec(url);
  const losers = new URLSearchParams(merged?.[2]).getAll('leadIds').flatMap((ids) => ids.split(','));
  const known = [...found, merged?.[1], ...losers, ...valuesAskedFor(url, body)].filter(
    (one) => one !== undefined && one !== null && one !== '',
  );
  return [...new Set(known.map(String))];
}

/** The values that a read filters by, in its address or, of a tunnelled one, in its form. */
function valuesAskedFor(url: string, body: unknown): string[] {
  const params = new URLSearchParams(url.split('?')[1]);
  for (const [name, value] of body instanceof URLSearchParams ? body : []) params.append(name, value);
  return params.get('filterType') === 'email' ? [] : (params.get('filterValues') ?? '').split(',');
}

/** The values by which a record is found; nothing where it has none of them. */
function keyOf(sent: Sent, names: readonly string[]): string | undefined {
  const key = names.map((name) => sent[name] ?? '').join(',');
  return /[^,]/.test(key) ? key : undefined;
}

/** How many records a body holds, if it holds any. */
export function countRecords(body: unknown): number | undefined {
  return inputOf(body).length || undefined;
}

function inputOf(body: unknown): Sent[] {
  const input = (body as { input?: unknown } | null | undefined)?.input;
  return Array.isArray(input) ? (input as Sent[]) : [];
}

/** The table a write is about, and the fields that name its record. */
function target(instance: Instance, path: string, body: unknown): { table: string; keys: string[] } {
  const place = /^\/rest\/v1\/(opportunities\/roles|customobjects\/\w+|\w+)/.exec(path)?.[1] ?? '';
  if (/^(leads|lists?)$/.test(place)) {
    const [first] = inputOf(body);
    const { lookupField = 'email' } = (body ?? {}) as { lookupField?: string };
    return { table: 'leads', keys: [first && 'microsoftId' in first ? 'microsoftId' : lookupField] };
  }
  const [kind, name] = place.split('/');
  const store =
    kind === 'customobjects'
      ? instance.customObjects.get(name ?? '')?.store
      : instance.stores().find(({ type }) => tableOf(type) === (name ?? kind));
  return store ? { table: tableOf(store.type), keys: store.type.dedupeFields } : { table: place, keys: [] };
}
