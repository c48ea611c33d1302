/**
 * Tests run from TypeScript through swc; types are checked beforehand by `npm run typecheck`.
 *
 * The global setup starts one Temporal and one MongoDB server for all suites and hands over their addresses as TEST_TEMPORAL_ADDRESS,
 * TEST_TEMPORAL_CLI, TEST_TEMPORAL_UI and TEST_MONGODB_URI. It does nothing when no test that was asked for names one of these, or
 * with SYNC_TEST_SERVERS=0; SYNC_TEST_SERVERS=1 starts them in any case. TEST_CHROMIUM is found or installed in the same way.
 */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }] },
  moduleNameMapper: { '^\\./runtime_adapters$': '<rootDir>/test/support/mongodb-runtime-adapters.js' },
  // Minutes, by the pace of real workflows: `npm run test:truth` plays them.
  testPathIgnorePatterns: ['/node_modules/', ...(process.env.TRUTH_RUNS ? [] : ['/test/truth/end-to-end'])],
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  watchPathIgnorePatterns: ['<rootDir>/.run', '<rootDir>/dist'],
  setupFiles: ['<rootDir>/test/support/process.js'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testSequencer: '<rootDir>/test/support/sequencer.js',
  reporters: ['default', '<rootDir>/test/support/summary-reporter.js'],
  // Most suites wait, for servers, simulators and timers: one less than the cores, as jest has it, would leave a small machine idle.
  maxWorkers: Math.max(4, require('node:os').availableParallelism() - 1),
  testTimeout: 120_000,
};
