import { createMarketoClient, type MarketoClient, type MarketoOptions } from '../../../clients/marketo';
import { type Answer, countingGovernor, json, type LocalServer, localServer } from './local-server';

export interface FakeMarketo {
  server: LocalServer;
  /** Requests below /rest. */
  rest(): LocalServer['seen'];
  governor: ReturnType<typeof countingGovernor>;
  client: MarketoClient;
  close(): Promise<void>;
}

export const ok = (more: object = {}): object => ({ requestId: '1#2', success: true, ...more });
export const failed = (code: string, message = 'no matter'): object => ({
  requestId: '1#2',
  success: false,
  errors: [{ code, message }],
});

/** Tokens `token-1`, `token-2`, …; `rest` answers all else and counts from 1. */
export async function fakeMarketo(
  rest: Answer,
  options: Partial<MarketoOptions> = {},
  identity?: Answer,
): Promise<FakeMarketo> {
  let tokens = 0;
  let calls = 0;
  const server = await localServer((request, response) => {
    if (!request.url.startsWith('/identity/')) return rest(request, response, ++calls);
    tokens++;
    if (identity !== undefined) return identity(request, response, tokens);
    json(response, { access_token: `token-${tokens}`, token_type: 'bearer', expires_in: 3599, scope: 'api@x.com' });
  });
  const governor = countingGovernor();
  const client = createMarketoClient({
    url: `${server.url}/rest`,
    clientId: 'client',
    clientSecret: 'open-sesame',
    governor,
    ...options,
  });
  return {
    server,
    rest: () => server.seen.filter(({ url }) => url.startsWith('/rest')),
    governor,
    client,
    close: server.close,
  };
}
