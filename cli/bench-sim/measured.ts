import type { Figure } from '../bench/report';

/** What one measurement gives. */
export interface Measured {
  figures: Figure[];
  details: Record<string, unknown>;
}

/** What the simulators do in a second of their own processor time, beside a rate that a busy machine lowers. */
export function ofProcessor(records: number, seconds: number): { beside?: string } {
  return seconds > 0 ? { beside: `${Math.round(records / seconds)} a processor second` } : {};
}
