import type { SyncResult } from '../clients/marketo/types';
import type { Link } from '../clients/mongo/links';
import type { ParkedRow } from '../clients/mongo/parked';
import { type FieldDecision, heldFields, marksAfter, parkedBy } from '../model/decision';
import type { Receipt } from '../model/fingerprint';
import type { Parked } from '../model/park';
import { mayComeAt, stillNeeded, stillUnsure } from '../model/receipts';
import { type TrailEvent, trailed } from '../model/trail';
import { type Call, eventsOf } from '../model/trail-events';
import type { Candidate } from './rows';
import type { Failed, Sending } from './send';

/** One record on its way to Marketo. */
export interface MarketoTask {
  /** What is sent, by REST name, without the key. */
  values: Record<string, unknown>;
  /** What Marketo refused of it: field → vendor code; the rest is sent again without. */
  refused: Map<string, string>;
  result?: SyncResult;
  /** What came of it is not known. */
  failed?: Failed;
}

/** One row on its way to Marketo. */
export interface Task extends MarketoTask {
  candidate: Candidate;
  link: Link;
  decisions: FieldDecision[];
  /** `entity:guid` of references that are not in Marketo yet. */
  missing: string[];
  /** `entity:guid` of references that have no record in Marketo and may get one: empty until then, and looked at again. */
  hoping?: string[];
  /** Another record of the row is still to be written: until then a retry has to take the row up again. */
  unfinished?: true;
  /** Of the fields last sent: the feed will tell of them. */
  receipts?: Receipt[];
}

/** More than one person matches (marketo-api §2.3). */
const MULTIPLE = '1007';

/** How records go to Marketo; `call` sends them and gives the results. */
export const toMarketo = <T extends MarketoTask>(
  operation: string,
  call: (batch: T[]) => Promise<SyncResult[]>,
): Sending<T> => ({
  api: 'marketo',
  operation,
  most: 300,
  bytesOf: ({ values }) => Buffer.byteLength(JSON.stringify(values)) + 100,
  call: async (batch) => noteResults(batch, await call(batch)),
  refusalOf: ({ result }) => (result?.status === 'skipped' ? (result.reasons?.[0] ?? { code: 'unknown' }) : undefined),
  refuse: (task, code) => {
    task.result = { status: 'skipped', reasons: [{ code }] };
  },
  fail: (task, failed) => {
    task.failed = failed;
  },
  failedOf: ({ failed }) => failed,
  leaveOut: ({ values, refused }, { code, field }) => {
    if (!(field in values)) return false;
    refused.set(field, code);
    delete values[field];
    return true;
  },
});

/** Results come in the order sent, without ids (marketo-api §4.4). */
function noteResults(tasks: readonly MarketoTask[], results: readonly SyncResult[]): void {
  tasks.forEach((task, index) => {
    const result = results[index];
    if (result) task.result = result;
  });
}

/** The vendor's code when the whole row was refused. */
export const failureOf = ({ result }: MarketoTask): string | undefined =>
  result?.status === 'skipped' ? (result.reasons?.[0]?.code ?? 'unknown') : undefined;

/** What the link remembers and what is parked once Marketo has answered. */
export function settled(task: Task): { link: Link; parked: ParkedRow } {
  const { candidate, decisions, result, refused, receipts } = task;
  const failed = failureOf(task);
  const link = failed === undefined ? task.link : unclaimed(task);
  const held = heldFields(link.marks, decisions);
  const now: Parked[] = parkedBy(decisions);
  for (const [field, code] of refused) now.push({ field, reason: 'refused-by-marketo', code });
  if (failed !== undefined)
    now.push({ reason: failed === MULTIPLE ? 'ambiguous' : 'refused-by-marketo', code: failed });
  const marketoId = link.marketoId ?? result?.id;
  // Of a row that is settled in part, what is parked of its other fields stays so, and its version is not applied.
  const others = candidate.partial ? othersParked(link, decisions) : [];
  return {
    link: {
      ...(failed === undefined ? withUnsure(link, decisions, 'to-dynamics', mayComeAt(candidate.version)) : link),
      state: failed === undefined ? 'linked' : link.marketoId === undefined ? 'refused' : link.state,
      ...(marketoId === undefined ? {} : { marketoId }),
      marks: failed === undefined ? marksAfter(link.marks, decisions, 'marketo', refused) : link.marks,
      ...(receipts &&
        failed === undefined && { receipts: stillNeeded([...(link.receipts ?? []), ...receipts], Date.now()) }),
      appliedVersion: candidate.partial ? link.appliedVersion : Math.max(link.appliedVersion, candidate.version),
      seenVersion: Math.max(link.seenVersion, candidate.version),
      ...trailed(link, stepsOf({ ...task, link }, failed)),
      parked: [...others, ...held, ...now.map(({ field }) => field ?? '')],
      // A row whose reference waits is merged again when it is woken, though its version was applied.
      dirty: task.missing.length > 0 || task.unfinished === true || (candidate.partial === true && link.dirty === true),
    },
    parked: {
      id: candidate.linkId,
      was: link.parked.filter((field) => !held.includes(field) && !others.includes(field)),
      now,
      ...(link.marketoId === undefined && { operation: 'create' as const }),
    },
  };
}

function othersParked({ parked }: Link, decisions: readonly FieldDecision[]): string[] {
  const concerned = new Set(decisions.map(({ bound }) => bound.field.name));
  return parked.filter((field) => field !== '' && !concerned.has(field));
}

/** A person who was found for the row, and does not carry its id, stays who it was where the write that was to give it that is refused. */
function unclaimed({ candidate, link }: Task): Link {
  if (candidate.how !== 'adopted' && candidate.how !== 'qualified') return link;
  const { marketoId: _found, ...rest } = link;
  return { ...rest, marks: candidate.link?.marks ?? new Map() };
}

/** The steps of the row's story that this adds. */
function stepsOf({ candidate, link, decisions, result, refused }: Task, failed: string | undefined): TrailEvent[] {
  const at = Date.now();
  const steps: TrailEvent[] = [];
  const before = candidate.link;
  if (before && before.state !== 'linked' && failed === undefined)
    steps.push({ at, what: 'state', code: 'linked', keys: [] });
  if (before?.marketoId === undefined && link.marketoId !== undefined)
    steps.push({ at, what: 'linked', code: candidate.how ?? 'by-id', keys: [] });
  const status = result?.status;
  const call: Call = {
    to: 'marketo',
    outcome: failed !== undefined ? 'refused' : status === 'created' || status === 'updated' ? status : 'none',
    ...(failed !== undefined && { code: failed }),
    refused,
  };
  for (const step of eventsOf(decisions, link, call, at)) steps.push(step);
  return steps;
}

/** The link with those writes of lost answers only that a merge of both sides has not settled; see stillUnsure. */
export function withUnsure(
  { unsureMarketo = [], unsureDynamics = [], ...link }: Link,
  decisions: readonly FieldDecision[],
  open: 'to-marketo' | 'to-dynamics',
  mayComeToDynamics?: (receipt: Receipt) => boolean,
): Link {
  const marketo = stillUnsure(unsureMarketo, decisions, open);
  const dynamics = stillUnsure(unsureDynamics, decisions, open, mayComeToDynamics);
  return {
    ...link,
    ...(marketo.length > 0 && { unsureMarketo: marketo }),
    ...(dynamics.length > 0 && { unsureDynamics: dynamics }),
  };
}
