import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REFERENCE } from './marketo-openapi-spec';

/** One line of the table of endpoints in docs/simulators.md. */
export interface Row {
  endpoint: string;
  served: string;
  validated: string;
  notes: string;
}

const ROOT = join(__dirname, '..', '..');
const HEADING = '## Marketo endpoints';

/** The table under its heading: `| `GET /rest/v1/leads.json` | yes | yes | … |`. */
export function readTable(): Row[] {
  return [...section().matchAll(/^\| `((?:GET|POST|DELETE) \/[^`]+)` \| (\w+) \| (\w+) \| ?(.*?) ?\|$/gm)].map(
    ([, endpoint = '', served = '', validated = '', notes = '']) => ({ endpoint, served, validated, notes }),
  );
}

/** Name, choices and open point of each switch in the section's second table. */
export function documentedSwitches(): string[][] {
  return [...section().matchAll(/^\| `(\w+)` \| (.+?) \| (marketo-api .+?) \|/gm)].map((row) => row.slice(1, 4));
}

function section(): string {
  const text = readFileSync(join(ROOT, 'docs', 'simulators.md'), 'utf8');
  const found = text.split(`${HEADING}\n`)[1]?.split(/^## /m)[0];
  if (found === undefined) throw new Error(`docs/simulators.md has no heading "${HEADING}"`);
  return found;
}

/** The endpoints that the reference lists as those of a sync (its §12); it lies beside the vendor's files. */
export function indexedEndpoints(): string[] {
  const text = readFileSync(REFERENCE, 'utf8');
  const section = text.split('## 12. ')[1] ?? '';
  return [...section.matchAll(/^\| `(\/[^`]+)` \| ([A-Z ,]+) \|/gm)].flatMap(([, path = '', methods = '']) =>
    methods.split(',').map((method) => `${method.trim()} ${path}`),
  );
}

/** Without the names of its parameters, which the simulator and the file choose differently. */
export function nameless(endpoint: string): string {
  return endpoint.replace(/\{\w+\}/g, '{}');
}
