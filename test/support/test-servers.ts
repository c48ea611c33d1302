import type { Backends } from '../../cli/local/backends';

/** What the global setup started, for the teardown. Jest loads the two apart from each other, so it hangs on the global object. */
export interface TestServers {
  backends: Backends;
  directory: string;
}

const holder = globalThis as { syncTestServers?: TestServers };

export function setTestServers(servers: TestServers): void {
  holder.syncTestServers = servers;
}

export function takeTestServers(): TestServers | undefined {
  const servers = holder.syncTestServers;
  delete holder.syncTestServers;
  return servers;
}

/** For a suite: the servers of the global setup as `startDev({ backends })` takes them; stopping them is not the suite's. */
export function sharedBackends(env: NodeJS.ProcessEnv = process.env): Backends {
  const { TEST_TEMPORAL_ADDRESS: address, TEST_TEMPORAL_UI: ui, TEST_MONGODB_URI: uri } = env;
  if (!address || !ui || !uri)
    throw new Error('no test servers: run this suite through jest without SYNC_TEST_SERVERS=0');
  const stop = async (): Promise<void> => undefined;
  return { temporal: { address, namespace: 'default', ui, child: undefined }, mongo: { uri, child: undefined }, stop };
}
