// Runs TypeScript in Node itself, by swc, for what plays thousands of schedules: jest's sandbox and its asynchronous hooks cost as much again as the
// schedules. Two modules are replaced, as jest.mock would: the timers, by those of the schedules' own clock, and the activities' context.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const options = { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' }, sourceMaps: 'inline' };
require.extensions['.ts'] = (module, filename) =>
  module._compile(transformSync(readFileSync(filename, 'utf8'), { ...options, filename }).code, filename);

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const found = request === '@temporalio/activity' ? join(__dirname, 'memory/activity.ts') : request;
  return resolve.call(this, found, ...rest);
};
require('node:timers/promises').setTimeout = require('./memory/time.ts').setTimeout;

// What to ask, and whom, if not the schedules.
require(process.argv[3] ?? './answer.ts').answer(JSON.parse(process.argv[2]));
