import { createDynamicsClient, type DynamicsClient, type DynamicsCredential } from '../../clients/dynamics';
import { unlimited } from '../../clients/governor';
import { createMarketoClient, type MarketoClient } from '../../clients/marketo';
import { startSimulators } from '../../simulators/start';

export const SECRET = { clientSecret: 'simulated-dynamics-secret' };
const TENANT = '72f988bf-0000-4000-8000-00000000d365';
const CLIENT = '5a1d0f7e-0000-4000-8000-0000000000d1';

type Simulators = Awaited<ReturnType<typeof startSimulators>>;

export interface ClientSystems {
  simulators: Simulators;
  dynamicsWith(credential: DynamicsCredential): DynamicsClient;
  marketoWith(clientSecret: string): MarketoClient;
  control(path: string, body: unknown): Promise<unknown>;
  /** As right after start: no rows, and activities that are visible at once. */
  reset(): Promise<void>;
}

/** Empty simulators on free ports, and clients of them. */
export async function startClientSystems(): Promise<ClientSystems> {
  const simulators = await startSimulators({ data: null, portBase: 0 });
  const control = (path: string, body: unknown): Promise<unknown> => post(`${simulators.control}${path}`, body);
  return {
    simulators,
    control,
    async reset() {
      await control('/_sim/reset', {});
      await control('/_sim/marketo/settings', { activityDelayMs: [0, 0], emptyPages: false });
    },
    dynamicsWith: (credential) =>
      createDynamicsClient({
        url: simulators.dataverse,
        authority: simulators.entra,
        tenantId: TENANT,
        clientId: CLIENT,
        credential,
        governor: unlimited,
      }),
    marketoWith: (clientSecret) =>
      createMarketoClient({
        url: simulators.marketo,
        clientId: 'simulated-marketo-client',
        clientSecret,
        munchkinId: '123-SIM-456',
        governor: unlimited,
      }),
  };
}

async function post(url: string, body: unknown): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
