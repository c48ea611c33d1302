/** The encoding that a worker gives to a payload which one of its codecs could not decode (workers/codecs.ts). Nothing can convert it. */
export const UNREADABLE = 'binary/unreadable';
