import { service as account } from '@gatehouse/account';
import { service as authGateway } from '@gatehouse/auth-gateway';
import { prepareSchemas } from '@gatehouse/database';
import { service as directorySync } from '@gatehouse/directory-sync';
import {
  createLogger,
  type Environment,
  type RunningService,
  type ServiceDefinition,
  startService,
} from '@gatehouse/service-host';
import { service as ssoConfig } from '@gatehouse/sso-config';
import type { Secrets } from './secrets.js';
import type { StandaloneSettings } from './settings.js';

export interface RunningServices {
  close(): Promise<void>;
}

/** Few connections a service: they share one machine with everything else, and 8 would do for a deployment. */
const POOL = '4';
const behind: readonly ServiceDefinition[] = [account, ssoConfig, directorySync];
const BUS_SCHEMA = 'bus';

/** Starts all services in this process: those behind the gateway on ports of their own on loopback, then the gateway. */
export async function startServices(
  settings: StandaloneSettings,
  secrets: Secrets,
  superuserUrl: string,
  extra: Environment,
): Promise<RunningServices> {
  const urls = await prepareSchemas(
    superuserUrl,
    [...behind, authGateway]
      .map(({ schema }) => schema)
      .concat(BUS_SCHEMA)
      .map((schema) => ({ schema, role: `gatehouse_${schema}`, password: secrets.rolePassword })),
  );
  const running: RunningService[] = [];
  const close = async (): Promise<void> => {
    // The gateway first: nobody is let in while the others go.
    for (const service of running.splice(0).reverse()) await service.close();
  };
  const shared = {
    ...{ ...extra, ...process.env, ...sharedSettings(settings, secrets, urls) },
    ALLOWED_PRIVATE_ORIGINS: allowedOrigins(extra),
  };
  try {
    const addresses: Record<string, string> = {};
    const started = await Promise.all(
      behind.map((definition) => startOne(definition, { ...shared, HOST: '127.0.0.1', PORT: '0' }, urls)),
    );
    running.push(...started);
    behind.forEach(
      ({ name }, index) =>
        (addresses[`${name.toUpperCase().replaceAll('-', '_')}_URL`] = started[index]?.url ?? ''),
    );
    running.push(
      await startOne(
        authGateway,
        { ...shared, ...addresses, HOST: settings.host, PORT: String(settings.port) },
        urls,
      ),
    );
    return { close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Those of the settings besides the demo's own, which the demo cannot do without. */
function allowedOrigins(extra: Environment): string | undefined {
  const given = [extra['ALLOWED_PRIVATE_ORIGINS'], process.env['ALLOWED_PRIVATE_ORIGINS']].filter(Boolean);
  return given.length > 0 ? given.join(',') : undefined;
}

function startOne(
  definition: ServiceDefinition,
  env: Environment,
  urls: Record<string, string>,
): Promise<RunningService> {
  const logger = createLogger({
    service: definition.name,
    level: env['LOG_LEVEL'] ?? 'warn',
    format: env['LOG_FORMAT'] === 'json' ? 'json' : 'pretty',
  });
  return startService(definition, {
    env: { ...env, DATABASE_URL: urls[definition.schema] },
    logger,
    embedded: true,
  });
}

function sharedSettings(
  settings: StandaloneSettings,
  secrets: Secrets,
  urls: Record<string, string>,
): Environment {
  const loopback = settings.host === '0.0.0.0' || settings.host === '::' ? '127.0.0.1' : settings.host;
  return {
    PUBLIC_URL: settings.publicUrl,
    DATABASE_DIRECT_URL: undefined,
    DATABASE_POOL: process.env['DATABASE_POOL'] ?? POOL,
    BUS_DATABASE_URL: urls[BUS_SCHEMA],
    OPERATOR_TOKEN: process.env['OPERATOR_TOKEN'] ?? secrets.operatorToken,
    SIGNING_KEYS: process.env['SIGNING_KEYS'] ?? secrets.signingKeys,
    SEALING_KEYS: process.env['SEALING_KEYS'] ?? secrets.sealingKeys,
    GATEWAY_JWKS_URL: `http://${loopback}:${settings.port}/.well-known/jwks.json`,
  };
}
