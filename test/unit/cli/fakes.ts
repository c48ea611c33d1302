import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

/** An empty directory of this test's own, deleted after its file. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dms-unit-'));
  made.push(directory);
  return directory;
}

/** A program that is a shell script. Its tools need absolute paths, as the tests' PATH holds nothing but fakes. */
export function fakeProgram(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

export const TEMPORAL_VERSION = 'echo "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"';
