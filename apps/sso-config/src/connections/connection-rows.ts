import { createHash, X509Certificate } from 'node:crypto';
import { publicUrlsOf } from './public-urls.js';
import type { Tx } from '@gatehouse/database';
import type { ConnectionConfig } from '@gatehouse/contracts';
import type { Reader } from '../domains/domain-rows.js';
import type { ConnectionEntity } from './connection.entity.js';
import type { ConnectionView } from './connection-views.js';

export interface ConnectionDomain {
  id: string;
  name: string;
}

/** A connection with its domains. */
export type Connection = Omit<ConnectionEntity, 'version'> & { version: number; domains: ConnectionDomain[] };

const columns = `c.id, c.version, c.account_id as "accountId", c.protocol, c.provider, c.name, c.status,
  c.config_version as "configVersion", c.config, c.live, c.tested_version as "testedVersion",
  c.metadata_url as "metadataUrl", c.created_at as "createdAt", c.activated_at as "activatedAt",
  coalesce((select jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name) order by d.name)
            from connection_domains cd join domains d on d.id = cd.domain_id
            where cd.connection_id = c.id), '[]') as domains`;

/** A version of our own clockwork, in SQL: it rises for ever, by the database's clock. */
export const nextVersionSql = 'greatest(version + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint)';

export async function findConnections(
  reader: Reader,
  where: string,
  params: unknown[],
): Promise<Connection[]> {
  return reader.query<Connection>(`select ${columns} from connections c where ${where}`, params);
}

/** Sets columns of one connection, with a new version, and answers it as it is then. */
export async function updateConnection(
  tx: Tx,
  id: string,
  assignments: string,
  params: unknown[] = [],
): Promise<Connection> {
  await tx.query(`update connections set version = ${nextVersionSql}, ${assignments} where id = $1`, [
    id,
    ...params,
  ]);
  const [connection] = await findConnections(tx, 'c.id = $1', [id]);
  if (connection === undefined) throw new Error(`connection ${id} vanished inside its transaction`);
  return connection;
}

export function viewOf(connection: Connection, publicUrl: string): ConnectionView {
  const urls = publicUrlsOf(publicUrl, connection.id);
  const isSaml = connection.protocol === 'saml';
  return {
    id: connection.id,
    protocol: connection.protocol,
    provider: connection.provider,
    name: connection.name,
    status: connection.status,
    domains: connection.domains,
    serviceProvider: isSaml ? urls.serviceProvider : null,
    relyingParty: isSaml ? null : urls.relyingParty,
    saml: samlViewOf(connection.config, connection.metadataUrl),
    oidc: oidcViewOf(connection.config),
    configVersion: connection.configVersion,
    testedVersion: connection.testedVersion,
    liveVersion: connection.live?.configVersion ?? null,
    createdAt: connection.createdAt.toISOString(),
    activatedAt: connection.activatedAt?.toISOString() ?? null,
  };
}

function samlViewOf(config: ConnectionConfig | null, metadataUrl: string | null): ConnectionView['saml'] {
  if (!config?.saml) return null;
  const { idpEntityId, certificates, ...rest } = config.saml;
  return { ...rest, entityId: idpEntityId, certificates: certificates.map(certificateOf), metadataUrl };
}

function oidcViewOf(config: ConnectionConfig | null): ConnectionView['oidc'] {
  if (!config?.oidc) return null;
  const { sealedSecret: _, issParameterSupported: __, idTokenSigningAlgs: ___, ...shown } = config.oidc;
  return shown;
}

function certificateOf(pem: string): NonNullable<ConnectionView['saml']>['certificates'][number] {
  const certificate = new X509Certificate(pem);
  return {
    subject: certificate.subject.replaceAll('\n', ', '),
    fingerprintSha256: createHash('sha256')
      .update(certificate.raw)
      .digest('hex')
      .toUpperCase()
      .replace(/..(?=.)/g, '$&:'),
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
  };
}
