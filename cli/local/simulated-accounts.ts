/**
 * The accounts that the simulators know. Written here a second time on purpose: the simulators are servers in their own right, and a user of
 * the real systems would also have these from elsewhere.
 */
export const SIMULATED_ACCOUNTS = {
  dynamics: {
    tenantId: '72f988bf-0000-4000-8000-00000000d365',
    clientId: '5a1d0f7e-0000-4000-8000-0000000000d1',
    clientSecret: 'simulated-dynamics-secret',
  },
  marketo: {
    clientId: 'simulated-marketo-client',
    clientSecret: 'simulated-marketo-secret',
    munchkinId: '123-SIM-456',
  },
} as const;
