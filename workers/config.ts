import { existsSync, readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { DynamicsCredential } from '../clients/dynamics/options';
import type { Settings } from '../model/settings';
import { type ConfigFile, configFile, contradictions, settingsFrom } from './config-file';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Config {
  dynamics: {
    url: string;
    tenantId: string;
    clientId: string;
    authority: string;
    credential: DynamicsCredential;
    caPath?: string;
  };
  marketo: { url: string; clientId: string; clientSecret: string; munchkinId?: string };
  mongo: { uri: string; database: string; dataKey: Buffer };
  limits: ConfigFile['limits'];
  settings: Settings;
  /** The file that they came from. */
  configPath: string;
  metricsAddress: string;
}

/** Everything that is wrong with the configuration, one line each. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `The configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
    this.name = 'ConfigError';
  }
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const address = z.string().superRefine((text, context) => {
  if (!URL.canParse(text))
    return context.addIssue({ code: 'custom', message: 'must be an address such as https://contoso.crm.dynamics.com' });
  const { protocol, hostname } = new URL(text);
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.test(hostname))) {
    context.addIssue({ code: 'custom', message: 'must be https (http only on this machine)' });
  }
});
const file = z.string().refine(existsSync, { message: 'names a file that does not exist' });
const guid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'must be a GUID');
const dataKey = z.string().refine((text) => Buffer.from(text, 'base64').length === 32, {
  message: 'must be 32 bytes in base64; make one with: openssl rand -base64 32',
});

const environment = z.object({
  DYNAMICS_URL: address,
  DYNAMICS_TENANT_ID: guid,
  DYNAMICS_CLIENT_ID: guid,
  DYNAMICS_CLIENT_SECRET: z.string().min(1).optional(),
  DYNAMICS_CERTIFICATE_PATH: file.optional(),
  DYNAMICS_PRIVATE_KEY_PATH: file.optional(),
  DYNAMICS_AUTHORITY: address.default('https://login.microsoftonline.com'),
  DYNAMICS_USERNAME: z.string().min(1).optional(),
  DYNAMICS_PASSWORD: z.string().min(1).optional(),
  DYNAMICS_LEGACY_PASSWORD_GRANT: z.enum(['0', '1']).default('0'),
  DYNAMICS_CA_PATH: file.optional(),
  MARKETO_URL: address,
  MARKETO_CLIENT_ID: z.string().min(1),
  MARKETO_CLIENT_SECRET: z.string().min(1),
  MARKETO_MUNCHKIN_ID: z.string().min(1).optional(),
  MONGODB_URI: z.string().regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://'),
  MONGODB_DATABASE: z.string().min(1).default('dynamics-marketo-sync'),
  SYNC_DATA_KEY: dataKey,
  SYNC_CONFIG: z.string().default('sync.config.yaml'),
  SYNC_METRICS_ADDRESS: z
    .string()
    .regex(/^[^\s:]+:\d+$/, 'must be host:port')
    .default('127.0.0.1:9464'),
});
type Variables = z.infer<typeof environment>;

/** Messages name the variable or key and what it must be; never what it was: it may be a secret. */
const issues = (error: z.ZodError, where: string): string[] =>
  error.issues.map(({ path, message, code }) => {
    const at = path.join('.');
    const missing = code === 'invalid_type' && /undefined/.test(message);
    return `${where}${at ? `${where ? ' ' : ''}${at}` : ''}: ${missing ? 'is missing' : message}`;
  });

function credentialOf(values: Partial<Variables>, faults: string[]): DynamicsCredential {
  const {
    DYNAMICS_CLIENT_SECRET: clientSecret,
    DYNAMICS_CERTIFICATE_PATH: certificatePath,
    DYNAMICS_PRIVATE_KEY_PATH: privateKeyPath,
  } = values;
  if (values.DYNAMICS_LEGACY_PASSWORD_GRANT === '1') {
    const { DYNAMICS_USERNAME: username, DYNAMICS_PASSWORD: password } = values;
    if (username && password) return { username, password, legacy: true };
    faults.push('DYNAMICS_LEGACY_PASSWORD_GRANT=1 needs DYNAMICS_USERNAME and DYNAMICS_PASSWORD');
  } else if (certificatePath && privateKeyPath) {
    return { certificatePath, privateKeyPath };
  } else if (certificatePath || privateKeyPath) {
    faults.push('DYNAMICS_CERTIFICATE_PATH and DYNAMICS_PRIVATE_KEY_PATH go together');
  } else if (clientSecret) {
    return { clientSecret };
  } else {
    faults.push('DYNAMICS_CLIENT_SECRET: is missing (or give DYNAMICS_CERTIFICATE_PATH and DYNAMICS_PRIVATE_KEY_PATH)');
  }
  return { clientSecret: '' };
}

function readFile(path: string, faults: string[]): ConfigFile {
  const fallback = configFile.parse({});
  if (!existsSync(path)) {
    faults.push(`SYNC_CONFIG: there is no file ${path}; copy sync.config.yaml from the repository`);
    return fallback;
  }
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8')) ?? {};
  } catch (error) {
    faults.push(`${path}: is not YAML (${error instanceof Error ? error.message.split('\n')[0] : 'unreadable'})`);
    return fallback;
  }
  const parsed = configFile.safeParse(content);
  if (!parsed.success) {
    faults.push(...issues(parsed.error, path));
    return fallback;
  }
  faults.push(...contradictions(parsed.data).map((fault) => `${path}: ${fault}`));
  return parsed.data;
}

/** @throws ConfigError with every fault of the environment and of the file at once. */
export function loadConfig(env: Environment): Config {
  const faults: string[] = [];
  // An empty variable, as docker compose passes an unset one, is no variable.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) faults.push(...issues(parsed.error, ''));
  const values = (parsed.success ? parsed.data : set) as Variables;
  const credential = credentialOf(values, faults);
  const yaml = readFile(values.SYNC_CONFIG ?? 'sync.config.yaml', faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return {
    dynamics: {
      url: values.DYNAMICS_URL,
      tenantId: values.DYNAMICS_TENANT_ID,
      clientId: values.DYNAMICS_CLIENT_ID,
      authority: values.DYNAMICS_AUTHORITY,
      credential,
      ...(values.DYNAMICS_CA_PATH === undefined ? {} : { caPath: values.DYNAMICS_CA_PATH }),
    },
    marketo: {
      url: values.MARKETO_URL,
      clientId: values.MARKETO_CLIENT_ID,
      clientSecret: values.MARKETO_CLIENT_SECRET,
      ...(values.MARKETO_MUNCHKIN_ID === undefined ? {} : { munchkinId: values.MARKETO_MUNCHKIN_ID }),
    },
    mongo: {
      uri: values.MONGODB_URI,
      database: values.MONGODB_DATABASE,
      dataKey: Buffer.from(values.SYNC_DATA_KEY, 'base64'),
    },
    limits: yaml.limits,
    settings: settingsFrom(yaml, statSync(values.SYNC_CONFIG).mtimeMs),
    configPath: values.SYNC_CONFIG,
    metricsAddress: values.SYNC_METRICS_ADDRESS,
  };
}
