/** The local servers, each as `start…(options)` → `{ address, pid, stop() }`, ready when the promise resolves. */
export { type MongoOptions, type RunningMongo, startMongo } from './start-mongo';
export { type RunningSimulators, type SimulatorsOptions, startSimulators } from './start-simulators';
export { type RunningTemporal, startTemporal, type TemporalOptions } from './start-temporal';
export { type RunningWorker, startWorker, type WorkerOptions } from './start-worker';
