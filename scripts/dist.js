/**
 * What is in dist/, and whether the sources would still be built to it. Plain JavaScript, as it runs before anything is built.
 *
 * dist/.built holds two digests: of all that the build reads, and of what it made (names, sizes, times). A dist that somebody changed
 * by hand is not taken for current either. Where there are no sources, as in the image, dist is what was built from them.
 */
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { join, relative } = require('node:path');
const { stagingOf, withBuildLock } = require('./build-lock');

const CONFIG = 'tsconfig.build.json';
const STAMP = '.built';

/** Builds where dist is not current. @throws Error when the sources can't be built: then nothing may be run */
function ensureBuilt(root) {
  if (isCurrent(root)) return;
  // Whoever held the lock meanwhile may have built the same.
  withBuildLock(root, () => isCurrent(root) || compile(root));
}

/** Builds in any case. @throws Error when the sources can't be built */
function build(root) {
  withBuildLock(root, () => compile(root));
}

function isCurrent(root) {
  if (!fs.existsSync(join(root, CONFIG))) return true;
  const stamp = join(root, 'dist', STAMP);
  return fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === `${digestOfSources(root)} ${digestOfDist(root)}`;
}

/** Into a directory of its own first: programs that run from dist never see half a file, nor anything of a build that failed. */
function compile(root) {
  const staging = stagingOf(root, process.pid);
  try {
    const sources = digestOfSources(root);
    run(root, join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ['-p', CONFIG, '--outDir', staging]);
    replace(staging, join(root, 'dist'));
    run(root, join(root, 'dist', 'cli', 'bundle-workflows.js'), []);
    // Edited meanwhile: who can tell what the compiler has read.
    if (digestOfSources(root) !== sources) compile(root);
    else fs.writeFileSync(join(root, 'dist', STAMP), `${sources} ${digestOfDist(root)}`);
  } finally {
    fs.rmSync(staging, { recursive: true, force: true });
  }
}

function run(root, script, args) {
  if (!fs.existsSync(script)) throw new Error(`${relative(root, script)} is missing: run \`npm ci\``);
  const { status, error } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`the sources could not be built: ${relative(root, script)} failed`);
}

/** Makes `dist` the same as `staging`; a file that is the same already is left alone, what has no source any more goes. */
function replace(staging, dist) {
  const made = new Set([...filesIn(staging), 'workflow-bundle.js']);
  for (const name of filesIn(dist)) if (!made.has(name)) fs.rmSync(join(dist, name));
  for (const name of filesIn(staging)) {
    const [from, to] = [join(staging, name), join(dist, name)];
    if (fs.existsSync(to) && fs.readFileSync(from).equals(fs.readFileSync(to))) continue;
    fs.mkdirSync(join(to, '..'), { recursive: true });
    fs.renameSync(from, to);
  }
}

/** Of all that the build reads: the sources, the compiler's settings, and which packages are installed. */
function digestOfSources(root) {
  const { include } = JSON.parse(fs.readFileSync(join(root, CONFIG), 'utf8'));
  const settings = ['tsconfig.json', CONFIG, 'node_modules/.package-lock.json'];
  const sources = include.flatMap((folder) => filesIn(join(root, folder)).map((name) => join(folder, name)));
  const read = [...settings, ...sources.filter((name) => /\.(ts|json)$/.test(name))];
  const there = read.filter((name) => fs.existsSync(join(root, name)));
  return digest(there.map((name) => [name, digest([fs.readFileSync(join(root, name))])].join(' ')));
}

function digestOfDist(root) {
  const dist = join(root, 'dist');
  const made = filesIn(dist).filter((name) => name !== STAMP);
  // Another process that builds may take a file away meanwhile.
  const stats = made.map((name) => [name, fs.statSync(join(dist, name), { throwIfNoEntry: false })]);
  return digest(stats.map(([name, stat]) => `${name} ${stat?.size} ${stat?.mtimeMs}`));
}

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\n');
  return hash.digest('hex');
}

/** Names of all files below a folder, in order; none where there is no folder. */
function filesIn(folder) {
  if (!fs.existsSync(folder)) return [];
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
}

module.exports = { build, ensureBuilt };
