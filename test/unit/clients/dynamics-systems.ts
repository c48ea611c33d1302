import { createDynamicsClient, type DynamicsOptions } from '../../../clients/dynamics';
import type { ApiError } from '../../../clients/errors';
import { type Answer, countingGovernor, json, type LocalServer, localServer } from './local-server';

export interface FakeDynamics {
  entra: LocalServer;
  dataverse: LocalServer;
  governor: ReturnType<typeof countingGovernor>;
  client: ReturnType<typeof createDynamicsClient>;
  close(): Promise<void>;
}

/** Tokens `token-1`, `token-2`, … */
export const freshTokens: Answer = (_request, response, count) =>
  json(response, { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: `token-${count}` });

export async function fakeDynamics(
  dataverse: Answer,
  entra: Answer = freshTokens,
  options: Partial<DynamicsOptions> = {},
): Promise<FakeDynamics> {
  const [org, login] = await Promise.all([localServer(dataverse), localServer(entra)]);
  const governor = countingGovernor();
  const client = createDynamicsClient({
    url: org.url,
    tenantId: '72f988bf-0000-4000-8000-00000000d365',
    clientId: '5a1d0f7e-0000-4000-8000-0000000000d1',
    authority: login.url,
    credential: { clientSecret: 'open-sesame' },
    governor,
    ...options,
  });
  const close = async (): Promise<void> => {
    await Promise.all([org.close(), login.close()]);
  };
  return { entra: login, dataverse: org, governor, client, close };
}

/** What a call throws. */
export async function thrown(call: Promise<unknown>): Promise<ApiError> {
  try {
    await call;
  } catch (error) {
    return error as ApiError;
  }
  throw new Error('nothing was thrown');
}

export const ID = '49b0be2e-d01c-ed11-b83e-000d3a572421';
export const OTHER_ID = '2e451703-c686-e711-80e5-00155db19e6d';
