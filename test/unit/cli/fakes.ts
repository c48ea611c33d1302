import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** An empty directory of this test's own. */
export const scratch = (): string => mkdtempSync(join(tmpdir(), 'dms-unit-'));

/** A program that is a shell script. Its tools need absolute paths, as the tests' PATH holds nothing but fakes. */
export function fakeProgram(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

export const TEMPORAL_VERSION = 'echo "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"';
