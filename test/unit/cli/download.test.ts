import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { downloadArchive } from '../../../cli/local/download';
import { freePorts } from '../../../cli/ports';
import { scratch } from './fakes';

const report = (): void => undefined;

describe('the download of a release', () => {
  let server: Server;
  let url: string;
  let into: string;

  beforeAll(async () => {
    const source = scratch();
    mkdirSync(join(source, 'tool-1', 'bin'), { recursive: true });
    writeFileSync(join(source, 'tool-1', 'bin', 'tool'), 'the program');
    execFileSync('tar', ['-czf', join(source, 'tool.tgz'), '-C', source, 'tool-1']);
    const archive = readFileSync(join(source, 'tool.tgz'));
    server = createServer((request, response) => {
      if (request.url === '/tool.tgz') response.end(archive);
      else if (request.url === '/cut.tgz')
        response.writeHead(200, { 'content-length': archive.length }).write(archive.subarray(0, 20));
      else if (request.url === '/silent.tgz')
        return; // never answers
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    into = scratch();
  });

  test('unpacks the archive without its leading directory and deletes it', async () => {
    await downloadArchive(`${url}/tool.tgz`, into, 1, report);
    expect(readFileSync(join(into, 'bin', 'tool'), 'utf8')).toBe('the program');
    expect(existsSync(join(into, 'download.tar.gz'))).toBe(false);
  });

  test('fails with the status of an answer that is none', async () => {
    await expect(downloadArchive(`${url}/other.tgz`, into, 1, report)).rejects.toThrow(/answered 404/);
  });

  test('gives up on a host that does not answer', async () => {
    await expect(downloadArchive(`${url}/silent.tgz`, into, 1, report, { answerMs: 200 })).rejects.toThrow(
      /gave no answer in time/,
    );
  });

  test('gives up on an answer that stalls half-way', async () => {
    await expect(downloadArchive(`${url}/cut.tgz`, into, 1, report, { answerMs: 2_000, stallMs: 200 })).rejects.toThrow(
      /gave no answer in time/,
    );
  });

  test('says so when nothing listens there', async () => {
    const [port] = (await freePorts(1)) as [number];
    await expect(downloadArchive(`http://127.0.0.1:${port}/tool.tgz`, into, 1, report)).rejects.toThrow(
      /not reachable from here \(ECONNREFUSED\)/,
    );
  });
});
