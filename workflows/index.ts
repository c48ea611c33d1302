// The table of contents: what is exported here is what can be started.
export { dynamicsMarketoSync } from './dynamics-marketo-sync';
export { incrementalSync } from './incremental-sync';
export { initialImport } from './initial-import';
