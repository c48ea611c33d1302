import { DefaultPayloadConverter, type Payload } from '@temporalio/common';
import { inWorkflowContext, log } from '@temporalio/workflow';

/**
 * Temporal's own converter, byte for byte. One thing is added: the SDK converts a run's memo before it lets us look at anything
 * (worker-interface.ts, `initialize`), and a memo comes from the person who started the run; what cannot be read of it is left out.
 * Everything else is converted within an activation, and what cannot be read there fails the workflow task.
 */
class WorkflowPayloadConverter extends DefaultPayloadConverter {
  #strict = false;

  override fromPayload<T>(payload: Payload): T {
    if (this.#strict || !inWorkflowContext()) return super.fromPayload<T>(payload);
    try {
      return super.fromPayload<T>(payload);
    } catch {
      log.warn('memo ignored: it cannot be read');
      return undefined as T;
    }
  }

  /** While an activation is worked on. */
  strictly(work: () => void): void {
    this.#strict = true;
    try {
      work();
    } finally {
      this.#strict = false;
    }
  }
}

export const payloadConverter = new WorkflowPayloadConverter();
