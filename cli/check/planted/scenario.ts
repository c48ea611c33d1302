import type { ConfigFile } from '../../../workers/config-file';
import type { Control } from '../stage/control';
import type { Service } from '../stage/service';

/** What a story has at hand. */
export interface Scene {
  control: Control;
  service: Service;
  /** Imports everything and waits until both systems are at rest. */
  begin(): Promise<void>;
  /** An edit of one row, as a user makes it. */
  edit(table: string, id: string, values: object): Promise<void>;
  /** An edit of the person that carries this row's id, as a marketer makes it. */
  market(guid: string, values: object): Promise<void>;
  personId(guid: string): Promise<number>;
  /** Time passes, for the service and for both systems. */
  pass(ms: number): Promise<void>;
}

/**
 * A story of edits and faults. Before it the systems hold `rows` and nothing else; after it faults end, and the
 * service gets the time to come to rest.
 */
export interface Scenario {
  config?: Partial<Record<keyof ConfigFile, unknown>>;
  /** Rows that Dynamics gives a page; left out: thousands. */
  pageRows?: number;
  rows(): Record<string, object[]>;
  play(scene: Scene): Promise<void>;
}
