import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../../cli/local/paths';
import { loadConfig } from '../../../workers/config';
import { complete, emptyDirectory, faultsOf, SECRETS, yaml } from './environment';

const run = promisify(execFile);
const root = packageRoot(__dirname);

describe('the environment', () => {
  it('that is complete needs nothing else; what is left out has its default', () => {
    const config = loadConfig(complete());
    expect(config.dynamics).toMatchObject({
      authority: 'https://login.microsoftonline.com',
      credential: { clientSecret: 'a-dynamics-secret' },
    });
    expect(config.mongo.database).toBe('dynamics-marketo-sync');
    expect(config.metricsAddress).toBe('127.0.0.1:9464');
    expect(config.limits).toEqual({
      marketo: { share: 0.5, callsPer20Seconds: 100, concurrent: 10, callsPerDay: 50_000 },
      dynamics: { share: 0.5, requestsPer5Minutes: 6_000, concurrent: 52 },
    });
    expect(config.settings).toMatchObject({
      adoption: 'adopt',
      parentContactRoles: true,
      feeds: { changesEverySeconds: 15, deletionsEverySeconds: 300, restSeconds: 0 },
    });
    expect(config.settings.entities.map(({ name }) => name)).toEqual([
      'systemuser',
      'team',
      'teammembership',
      'account',
      'lead',
      'contact',
      'opportunity',
      'connection',
    ]);
  });

  it('that is empty is told with everything that is missing at once', () => {
    expect(faultsOf({ SYNC_CONFIG: yaml('') })).toEqual([
      'DYNAMICS_URL: is missing',
      'DYNAMICS_TENANT_ID: is missing',
      'DYNAMICS_CLIENT_ID: is missing',
      'MARKETO_URL: is missing',
      'MARKETO_CLIENT_ID: is missing',
      'MARKETO_CLIENT_SECRET: is missing',
      'MONGODB_URI: is missing',
      'SYNC_DATA_KEY: is missing',
      'DYNAMICS_CLIENT_SECRET: is missing (or give DYNAMICS_CERTIFICATE_PATH and DYNAMICS_PRIVATE_KEY_PATH)',
    ]);
  });

  it('with empty variables, as docker compose passes unset ones, is as if they were not there', () => {
    const config = loadConfig(complete({ DYNAMICS_CA_PATH: '', MARKETO_MUNCHKIN_ID: '', DYNAMICS_AUTHORITY: '' }));
    expect(config.dynamics).not.toHaveProperty('caPath');
    expect(config.marketo).not.toHaveProperty('munchkinId');
  });

  it('with wrong values is told with each variable and what it has to be, never with the value', () => {
    const faults = faultsOf(
      complete({
        DYNAMICS_URL: 'http://contoso.crm.dynamics.com',
        DYNAMICS_TENANT_ID: 'contoso-a-dynamics-secret',
        MARKETO_URL: 'a-marketo-secret',
        MONGODB_URI: 'postgres://someone:a-mongo-password@localhost/',
        SYNC_DATA_KEY: 'a-dynamics-secret',
        SYNC_METRICS_ADDRESS: 'nowhere',
        DYNAMICS_CA_PATH: '/no/such/file.pem',
      }),
    );
    expect(faults).toEqual([
      'DYNAMICS_URL: must be https (http only on this machine)',
      'DYNAMICS_TENANT_ID: must be a GUID',
      'DYNAMICS_CA_PATH: names a file that does not exist',
      expect.stringMatching(/^MARKETO_URL: must be an address/),
      'MONGODB_URI: must begin with mongodb:// or mongodb+srv://',
      'SYNC_DATA_KEY: must be 32 bytes in base64; make one with: openssl rand -base64 32',
      'SYNC_METRICS_ADDRESS: must be host:port',
    ]);
  });

  it('may name plain http on this machine only', () => {
    for (const url of ['http://127.0.0.1:4602', 'http://localhost:4602', 'http://[::1]:4602'])
      expect(faultsOf(complete({ DYNAMICS_URL: url }))).toEqual([]);
    expect(faultsOf(complete({ DYNAMICS_URL: 'http://127.0.0.1.example.com' }))).toHaveLength(1);
  });

  it('takes a certificate with its key in place of the secret, but not half of it', () => {
    const pem = yaml('pem');
    const certificate = complete({
      DYNAMICS_CLIENT_SECRET: undefined,
      DYNAMICS_CERTIFICATE_PATH: pem,
      DYNAMICS_PRIVATE_KEY_PATH: pem,
    });
    expect(loadConfig(certificate).dynamics.credential).toEqual({ certificatePath: pem, privateKeyPath: pem });
    expect(faultsOf({ ...certificate, DYNAMICS_PRIVATE_KEY_PATH: undefined })).toEqual([
      'DYNAMICS_CERTIFICATE_PATH and DYNAMICS_PRIVATE_KEY_PATH go together',
    ]);
  });

  it('uses the password grant only when it is asked for, and then needs both', () => {
    const legacy = complete({
      DYNAMICS_LEGACY_PASSWORD_GRANT: '1',
      DYNAMICS_USERNAME: 'sync@example.com',
      DYNAMICS_PASSWORD: 'a-mongo-password',
    });
    expect(loadConfig(legacy).dynamics.credential).toMatchObject({ legacy: true });
    expect(loadConfig({ ...legacy, DYNAMICS_LEGACY_PASSWORD_GRANT: undefined }).dynamics.credential).toEqual({
      clientSecret: 'a-dynamics-secret',
    });
    expect(faultsOf({ ...legacy, DYNAMICS_PASSWORD: undefined })).toEqual([
      'DYNAMICS_LEGACY_PASSWORD_GRANT=1 needs DYNAMICS_USERNAME and DYNAMICS_PASSWORD',
    ]);
  });
});

describe('the worker', () => {
  beforeAll(async () => {
    if (!existsSync(join(root, 'dist', 'workers', 'main.js')))
      await run('npm', ['run', 'build'], { cwd: root, timeout: 240_000 });
  }, 250_000);

  it('without a configuration ends with code 2 and one report: every fault, no stack trace', async () => {
    const failed = await run(process.execPath, [join(root, 'dist', 'workers', 'main.js')], {
      cwd: emptyDirectory,
      env: {},
      timeout: 25_000,
    }).then(
      () => undefined,
      (error: { code?: number; stdout: string; stderr: string }) => error,
    );
    expect(failed?.code).toBe(2);
    expect(failed?.stdout).toBe('');
    const lines = failed?.stderr.trim().split('\n') ?? [];
    expect(lines[0]).toBe('The configuration has 10 faults:');
    expect(lines).toHaveLength(11);
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {2}- [A-Z_]+: (is missing|there is no file)/);
    expect(failed?.stderr).not.toMatch(/^\s+at /m);
  });

  it('with a secret in a wrong variable doesn’t show it', async () => {
    const env = {
      DYNAMICS_URL: 'a-dynamics-secret',
      MONGODB_URI: 'a-mongo-password',
      SYNC_DATA_KEY: 'a-marketo-secret',
    };
    const { stderr } = (await run(process.execPath, [join(root, 'dist', 'workers', 'main.js')], {
      cwd: emptyDirectory,
      env,
      timeout: 25_000,
    }).catch((error: unknown) => error)) as { stderr: string };
    expect(stderr).toContain('MONGODB_URI: must begin with');
    for (const secret of SECRETS) expect(stderr).not.toContain(secret);
  });
});
