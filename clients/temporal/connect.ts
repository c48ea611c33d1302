import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';

const DEFAULT_NAMESPACE = 'default';

export interface ClientConnection {
  client: Client;
  connection: Connection;
  namespace: string;
}

export interface WorkerConnection {
  connection: NativeConnection;
  namespace: string;
}

/**
 * A client for the server that the environment names, by the variables and profiles of the Temporal CLI
 * (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_…`): a dev server, Temporal Cloud, or one
 * with mTLS, without a line of code. The caller closes the connection.
 */
export async function connectClient(): Promise<ClientConnection> {
  const { connectionOptions, namespace = DEFAULT_NAMESPACE } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  return { client: new Client({ connection, namespace }), connection, namespace };
}

/** The same server for a worker, which speaks to it through the core's own connection. */
export async function connectWorker(): Promise<WorkerConnection> {
  const { connectionOptions, namespace = DEFAULT_NAMESPACE } = loadClientConnectConfig();
  return { connection: await NativeConnection.connect(connectionOptions), namespace };
}
