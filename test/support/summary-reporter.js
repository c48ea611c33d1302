'use strict';
const { writeSync } = require('node:fs');

/**
 * Prints `N passed, N failed` (and `, N skipped`, if any were) as the very last line of the run. A suite that could not run at all counts as a
 * failed test, else a file with a syntax error would read as `0 failed`.
 */
class SummaryReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`;
    // The global teardown and jest's own summary come after this call; at exit nothing does. Only synchronous writes are heard then.
    process.once('exit', () => writeFully(line));
  }
}

/** A pipe that is full for the moment (EAGAIN) is tried again, for at most five seconds. */
function writeFully(text) {
  let rest = Buffer.from(text);
  const until = Date.now() + 5_000;
  while (rest.length > 0 && Date.now() < until) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') return;
    }
  }
}

module.exports = SummaryReporter;
