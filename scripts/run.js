/**
 * `node scripts/run.js cli/explain.js …` runs dist/cli/explain.js in this process. In a checkout it builds first if the sources have changed
 * since the last build: a dist that is stale is never run.
 */
const { existsSync } = require('node:fs');
const { runMain } = require('node:module');
const { join } = require('node:path');
const { ensureBuilt } = require('./dist');

/** The file to run; undefined, and told, where there is none. */
function prepare(name) {
  const root = join(__dirname, '..');
  const path = join(root, 'dist', name);
  try {
    ensureBuilt(root);
    if (!existsSync(path)) throw new Error(`dist/${name} is missing`);
    return path;
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

const path = prepare(process.argv[2] ?? '');
if (path !== undefined) {
  process.argv.splice(1, 2, path);
  runMain();
}
