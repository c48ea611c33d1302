const fs = require('node:fs');
const { join } = require('node:path');

const POLL_MS = 100;
/** No build takes so long: its process was killed, and its number belongs to another one now. */
const STALE_MS = 600_000;

/** Where the process with that number builds. */
const stagingOf = (root, pid) => join(root, '.run', `build-${pid}`);

/**
 * Runs `work` while no other process of this checkout builds. The lock spares a second compilation and nothing more: two builds at once
 * put the same files in place, each file as a whole.
 */
function withBuildLock(root, work) {
  const lock = join(root, '.run', 'build.lock');
  fs.mkdirSync(join(root, '.run'), { recursive: true });
  while (!take(lock)) {
    const dead = deadHolder(lock);
    if (dead === undefined) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
      continue;
    }
    fs.rmSync(stagingOf(root, dead), { recursive: true, force: true });
    fs.rmSync(lock, { force: true });
  }
  try {
    return work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function take(lock) {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The number of the process that left the lock behind. */
function deadHolder(lock) {
  try {
    const text = fs.readFileSync(lock, 'utf8');
    const isOld = Date.now() - fs.statSync(lock).mtimeMs > STALE_MS;
    // Empty: it is just being written.
    return isOld || (text !== '' && !isAlive(Number(text))) ? Number(text) : undefined;
  } catch (error) {
    // Released meanwhile.
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

module.exports = { stagingOf, withBuildLock };
