import { Inject, Injectable } from '@nestjs/common';
import { type ConnectionConfig, parseSealingKeys, type SealingKey, unseal } from '@gatehouse/contracts';
import { KeySets, OidcRelyingParty } from '@gatehouse/oidc';
import { createSafeFetch, type SafeFetch } from '@gatehouse/safe-fetch';
import { SamlConnection, type SamlConnectionOptions } from '@gatehouse/saml';
import { SETTINGS } from '@gatehouse/service-host';
import type { Connection } from '../connections/connections.service.js';
import type { GatewaySettings } from '../settings.js';
import { SignInRefusal } from './refusal.js';

/** Makes the protocol objects of a connection from its configuration and our own addresses. */
@Injectable()
export class Protocols {
  private readonly sealingKeys: SealingKey[];
  private readonly fetch: SafeFetch;
  private readonly keys: KeySets;

  constructor(@Inject(SETTINGS) private readonly settings: GatewaySettings) {
    this.sealingKeys = parseSealingKeys(settings.SEALING_KEYS);
    this.fetch = createSafeFetch({ allowedPrivateOrigins: settings.ALLOWED_PRIVATE_ORIGINS });
    this.keys = new KeySets(this.fetch);
  }

  saml(connection: Connection, config: ConnectionConfig | null): SamlConnection {
    return new SamlConnection(this.samlOptions(connection, config));
  }

  /** @throws SignInRefusal `connection_inactive` where there is no SAML configuration */
  samlOptions(connection: Connection, config: ConnectionConfig | null): SamlConnectionOptions {
    const saml = config?.saml;
    if (!saml) throw new SignInRefusal('connection_inactive', 'The connection has no SAML configuration.');
    return {
      connectionId: connection.id,
      ...this.serviceProvider(connection.id),
      idp: {
        entityId: saml.idpEntityId,
        ssoUrl: saml.ssoUrl,
        ssoBinding: saml.ssoBinding,
        sloUrl: saml.sloUrl,
        certificates: saml.certificates,
      },
      wantResponseSigned: saml.wantResponseSigned,
      allowUnsolicited: saml.allowUnsolicited,
      attributeMapping: saml.attributeMapping,
    };
  }

  serviceProvider(connectionId: string): { entityId: string; acsUrl: string; sloUrl: string } {
    const base = `${this.settings.PUBLIC_URL}/saml/${connectionId}`;
    return { entityId: `${base}/metadata`, acsUrl: `${base}/acs`, sloUrl: `${base}/slo` };
  }

  /** @throws SignInRefusal `connection_inactive` where there is no OpenID Connect configuration */
  async oidc(connection: Connection, config: ConnectionConfig | null): Promise<OidcRelyingParty> {
    const oidc = config?.oidc;
    if (!oidc)
      throw new SignInRefusal('connection_inactive', 'The connection has no OpenID Connect configuration.');
    const { sealedSecret, ...rest } = oidc;
    const binding = { accountId: connection.accountId, connectionId: connection.id };
    return new OidcRelyingParty({
      ...rest,
      secret: await unseal(this.sealingKeys, binding, sealedSecret),
      redirectUri: `${this.settings.PUBLIC_URL}/oidc/${connection.id}/callback`,
      fetch: this.fetch,
      keys: this.keys,
    });
  }
}
