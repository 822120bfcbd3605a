import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** Prints the `.env` that docker-compose.yml reads: keys and passwords made afresh. Keep it where secrets are kept. */
const random = () => randomBytes(32).toString('base64url');
const signingKeys = JSON.stringify([generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })]);

process.stdout.write(
  [
    `SIGNING_KEYS='${signingKeys}'`,
    `SEALING_KEYS=${random()}`,
    `OPERATOR_TOKEN=gh_operator_${random()}`,
    `POSTGRES_PASSWORD=${random()}`,
    `ACCOUNT_DB_PASSWORD=${random()}`,
    `SSO_CONFIG_DB_PASSWORD=${random()}`,
    `DIRECTORY_SYNC_DB_PASSWORD=${random()}`,
    `AUTH_GATEWAY_DB_PASSWORD=${random()}`,
    'PUBLIC_URL=http://localhost:8080',
    '',
  ].join('\n'),
);
