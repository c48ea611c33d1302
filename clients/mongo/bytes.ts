import type { Binary } from 'mongodb';

/** What was stored as a Buffer comes back as one or as BSON's Binary, by the driver's settings. Nothing of a document that has lost it. */
export const bytes = (value: Binary | Uint8Array | undefined): Uint8Array =>
  value instanceof Uint8Array ? value : (value?.buffer ?? new Uint8Array());
