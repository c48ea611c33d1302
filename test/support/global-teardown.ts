import { rmSync } from 'node:fs';
import { takeTestServers } from './test-servers';

/** Ends what the global setup started; silent, as the summary has to be the last line. */
export default async function globalTeardown(): Promise<void> {
  const servers = takeTestServers();
  if (!servers) return;
  await servers.backends.stop();
  rmSync(servers.directory, { recursive: true, force: true });
}
