import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { workflowCode } from '../workers/workflow-code';
import { packageRoot } from './local/paths';

/** Every cached workflow keeps a copy of the bundle in memory, so it is kept small: nine tenths of it are the SDK (temporal §0.16). */
export const BUNDLE_LIMIT_BYTES = 950_000;

/** Bundles dist/workflows for the workers into one file; returns its path. Throws if it has grown over the limit. */
export async function bundleWorkflows(
  dist: string = join(packageRoot(), 'dist'),
): Promise<{ path: string; bytes: number }> {
  if (!existsSync(join(dist, 'workflows', 'index.js')))
    throw new Error('dist/workflows/index.js is missing: run `npm run build`, which compiles before it bundles');
  const { code } = await bundleWorkflowCode({ ...workflowCode(dist), logger: new DefaultLogger('WARN') });
  const bytes = Buffer.byteLength(code);
  if (bytes > BUNDLE_LIMIT_BYTES) {
    throw new Error(
      `the workflow bundle has ${bytes} bytes, the limit is ${BUNDLE_LIMIT_BYTES}: ` +
        'something large is imported by workflows/ or model/ (zod, a client?); workflow code may import only @temporalio/workflow and model/',
    );
  }
  const path = join(dist, 'workflow-bundle.js');
  // In one go: a worker may be reading it.
  await writeFile(`${path}.${process.pid}`, code);
  await rename(`${path}.${process.pid}`, path);
  return { path, bytes };
}

if (require.main === module) {
  bundleWorkflows().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
