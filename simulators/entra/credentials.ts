/** What the simulated tenant knows. None of it opens anything but these simulators. */
export const ENTRA = {
  tenantId: '72f988bf-0000-4000-8000-00000000d365',
  clientId: '5a1d0f7e-0000-4000-8000-0000000000d1',
  clientSecret: 'simulated-dynamics-secret',
  username: 'sync@example.com',
  password: 'simulated-password',
} as const;
