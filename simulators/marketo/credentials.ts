/** The one custom service (LaunchPoint) the simulated instance knows; fixed, so that tests and `npm run dev` can print it. */
export const MARKETO_CREDENTIALS = {
  clientId: 'simulated-marketo-client',
  clientSecret: 'simulated-marketo-secret',
  munchkinId: '123-SIM-456',
  /** The API-only user behind the service; shown as the token's scope and in the usage statistics. */
  apiUser: 'sync-api@example.com',
} as const;
