export { check } from './check';
export type { CallEntry, Entry, RefusalEntry, VersionEntry } from './entry';
export type { Evidence, Exception } from './evidence';
export type { CheckedEntity, CheckedLine, CheckedMap, ConflictPolicy, Kind, Labels } from './map';
export { type Breach, CLAUSES, type Clause, type Report } from './report';
