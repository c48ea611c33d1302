import type { Figure } from '../bench/report';

/** What one measurement gives. */
export interface Measured {
  figures: Figure[];
  details: Record<string, unknown>;
}
