import type { LocalServers } from '../local/resolve-servers';
import type { Figure } from './report';
import type { Sizes } from './sizes';

export interface Given {
  sizes: Sizes;
  servers: LocalServers;
  /** Progress, for the one who waits. */
  say(text: string): void;
}

export interface Measured {
  figures: Figure[];
  /** What went into them, for bench.json. */
  details: unknown;
}

/** Starts what it needs, measures, and leaves nothing behind; throws when it could not be completed. */
export type Scenario = (given: Given) => Promise<Measured>;
