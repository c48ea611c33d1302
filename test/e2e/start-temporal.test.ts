import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTemporal } from '../../cli/local/start-temporal';

const { TEST_TEMPORAL_CLI = '' } = process.env;

describe('a Temporal server that falls over while it starts', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'dms-temporal-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** The CLI, which ends with 2 the first so many times that it is asked to start a server. */
  function falling(times: number): string {
    const program = join(directory, 'temporal');
    const starts = join(directory, 'starts');
    const lines = [
      '#!/bin/sh',
      `case "$*" in *--help*) exec '${TEST_TEMPORAL_CLI}' "$@" ;; esac`,
      `echo start >> '${starts}'`,
      `[ $(wc -l < '${starts}') -gt ${times} ] || { echo 'bind: address already in use' >&2; exit 2; }`,
      `exec '${TEST_TEMPORAL_CLI}' "$@"`,
    ];
    writeFileSync(starts, '');
    writeFileSync(program, `${lines.join('\n')}\n`);
    chmodSync(program, 0o755);
    return program;
  }
  const starts = () => readFileSync(join(directory, 'starts'), 'utf8').split('\n').length - 1;

  test('is started again', async () => {
    const temporal = await startTemporal({ program: falling(1) });
    await temporal.stop();
    expect(starts()).toBe(2);
  });

  test('is given up after three times, with its last words', async () => {
    const given = startTemporal({ program: falling(3) });
    await expect(given).rejects.toThrow(/^the Temporal server ended with code 2; .*\n.*address already in use/);
    expect(starts()).toBe(3);
  });
});
