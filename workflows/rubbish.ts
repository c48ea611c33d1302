import type { Payload } from '@temporalio/common';
import { defaultPayloadConverter } from '@temporalio/common';
import { type ActivateInput, log, patched, type WorkflowInterceptors, workflowInfo } from '@temporalio/workflow';
import { payloadConverter } from './payload-converter';

/** The SDK fails the workflow task over a signal whose name begins so and that nothing handles. */
const RESERVED = '__temporal_';

type Job = NonNullable<ActivateInput['activation']['jobs']>[number];
type Signal = NonNullable<Job['signalWorkflow']>;
type Start = NonNullable<Job['initializeWorkflow']>;
type Payloads = readonly Payload[] | null | undefined;

/**
 * Messages come from a keyboard, or from anyone with access to the server. The SDK converts their payloads before any handler of ours
 * sees them, and a payload that cannot be converted fails the workflow task again and again, so that one message would end the sync. They
 * are therefore looked at before the SDK does: a signal that cannot be read is dropped, a query or an update loses its arguments (none of
 * ours takes any), and a start by a person has no input: nothing in it becomes the state of a sync. Each is logged, without its values.
 *
 * What our own code sent is not touched: the state that a run hands to the next one, the input of a child, the results of activities and
 * children. A worker that cannot read those must fail the task until one that can takes it, or something would be forgotten.
 */
export const interceptors = (): WorkflowInterceptors => ({
  internals: [
    {
      activate: ({ activation, ...input }, next) => {
        const jobs = (activation.jobs ?? []).filter(isHeard);
        payloadConverter.strictly(() => next({ ...input, activation: { ...activation, jobs } }));
      },
    },
  ],
});

/** Makes a job fit for the SDK. @returns whether it is to be carried out at all */
function isHeard({ signalWorkflow, queryWorkflow, doUpdate, initializeWorkflow }: Job): boolean {
  if (signalWorkflow) return isSignalHeard(signalWorkflow);
  if (queryWorkflow) queryWorkflow.arguments = [];
  if (doUpdate) {
    log.warn('update refused: there is none', { update: doUpdate.name });
    doUpdate.input = [];
  }
  if (initializeWorkflow && !isOurs(initializeWorkflow)) {
    if (initializeWorkflow.arguments?.length) log.warn('input ignored: a person starts without one');
    initializeWorkflow.arguments = [];
  }
  return true;
}

function isSignalHeard(signal: Signal): boolean {
  const { signalName, input } = signal;
  const told = { signal: signalName };
  if (!signalName || signalName.startsWith(RESERVED)) {
    log.warn('signal ignored: its name is reserved', told);
    return false;
  }
  if (wasIgnored(signal) || isHuge(input) || !isReadable(input)) {
    rememberIgnored(signal);
    log.warn('signal ignored: its payload cannot be read', told);
    return false;
  }
  if ((input?.length ?? 0) > 1) {
    log.warn('all but the first argument of a signal ignored', told);
    signal.input = input?.slice(0, 1) ?? [];
  }
  return true;
}

/** ContinueAsNewInitiator of Temporal's API: the run before called continueAsNew. */
const BY_WORKFLOW = 1;

/**
 * Did a run of the same code give this one its input: the run before it, or its parent? The server tells which, in an event that a reset
 * copies. A run that a cron schedule or a retry policy began has the run before it too, but the input of the person who started that.
 */
const isOurs = ({ continuedInitiator, parentWorkflowInfo }: Start): boolean =>
  continuedInitiator === BY_WORKFLOW || Boolean(parentWorkflowInfo?.workflowId);

/** No signal of ours is near so long. The SDK's converter takes seconds over a megabyte, and a workflow must not stand still for that. */
const LONGEST_BYTES = 16_384;
const isHuge = (payloads: Payloads): boolean =>
  !workflowInfo().unsafe.isReplaying && sizeOf(payloads?.[0]) > LONGEST_BYTES;
const sizeOf = ({ data, metadata }: Payload = {}): number =>
  [data, ...Object.values(metadata ?? {})].reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0);

/** No message of ours has more than one argument. */
function isReadable(payloads: Payloads): boolean {
  const [payload] = payloads ?? [];
  if (!payload) return true;
  try {
    defaultPayloadConverter.fromPayload(payload);
    return true;
  } catch {
    return false;
  }
}

const idOf = ({ originatingEventId }: Signal): string => `ignored-${String(originatingEventId)}`;

/** Another worker, which has the codec that this one lacked, must ignore the signal too when it replays the run. */
const wasIgnored = (signal: Signal): boolean => workflowInfo().unsafe.isReplaying && patched(idOf(signal));

/** Only what another worker, or an earlier version, may be able to read is worth a marker. */
function rememberIgnored(signal: Signal): void {
  const worthIt = isHuge(signal.input) || isForeign(signal.input?.[0]);
  if (!workflowInfo().unsafe.isReplaying && worthIt) patched(idOf(signal));
}

/** Of no encoding that is known here, or one that a codec failed to decode. */
function isForeign(payload: Payload | undefined): boolean {
  // An empty one is no Uint8Array here, but a list.
  const bytes = (payload?.metadata?.encoding ?? []).slice(0, LONGEST_ENCODING);
  return !OWN.has(String.fromCharCode(...bytes));
}
const LONGEST_ENCODING = 64;
const OWN: ReadonlySet<string> = new Set(['', 'binary/null', 'binary/plain', 'json/plain']);
