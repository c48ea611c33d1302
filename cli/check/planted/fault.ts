import type { Clause } from '../../../checker';
import type { ScenarioName } from './scenarios';

/** A change of the service: text of a source, which has to be there once; where its lines break does not matter. */
export interface Change {
  /** From the root, such as `activities/task.ts`. */
  file: string;
  find: string;
  replace: string;
}

/** A way to build the service wrongly, and the story in which that does harm. */
export interface PlantedFault {
  /** What was done wrong, as a reviewer would put it. */
  name: string;
  changes: readonly Change[];
  scenario: ScenarioName;
  /** Any of these clauses tells of it. */
  expect: readonly Clause[];
}

export const change = (file: string, find: string, replace: string): Change => ({ file, find, replace });

/** A row of the table that is printed and written to `.run/planted.json`. */
export interface PlantedRow {
  fault: string;
  scenario: ScenarioName;
  /** One of the expected clauses was reported. */
  caught: boolean;
  /** The clauses of all breaches that the checker reported. */
  by: Clause[];
  /** The first breach of an expected clause; where it was not caught, what happened instead. */
  breach: string;
  /** The same story with the service as it is: without a breach. */
  cleanBefore: boolean;
}
