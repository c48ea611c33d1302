import type { Scenario } from '../scenario';
import { FEEDS } from './feeds';
import { IDENTITY } from './identity';
import { IMPORTS } from './imports';
import { MEANWHILE } from './meanwhile';
import { REFERENCES } from './references';
import { VALUES } from './values';
import { WRITES } from './writes';

/** Each story by its name, which the table shows. */
export const SCENARIOS = {
  ...IMPORTS,
  ...FEEDS,
  ...WRITES,
  ...VALUES,
  ...IDENTITY,
  ...REFERENCES,
  ...MEANWHILE,
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
