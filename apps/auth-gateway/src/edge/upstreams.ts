import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ServiceName } from '@gatehouse/contracts';
import { Problem, SETTINGS } from '@gatehouse/service-host';
import { type Dispatcher, Pool } from 'undici';
import { ServiceTokens } from '../keys/service-tokens.js';
import type { GatewaySettings } from '../settings.js';

export type Upstream = Exclude<ServiceName, 'auth-gateway'>;

/** Connections to the other services. */
@Injectable()
export class Upstreams implements OnApplicationShutdown {
  private readonly pools: Record<Upstream, Pool>;

  constructor(
    @Inject(SETTINGS) settings: GatewaySettings,
    @Inject(ServiceTokens) private readonly tokens: ServiceTokens,
  ) {
    const open = (url: string): Pool =>
      new Pool(url, { connections: 64, connectTimeout: 2_000, headersTimeout: 30_000, bodyTimeout: 60_000 });
    this.pools = {
      account: open(settings.ACCOUNT_URL),
      'sso-config': open(settings.SSO_CONFIG_URL),
      'directory-sync': open(settings.DIRECTORY_SYNC_URL),
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(Object.values(this.pools).map((pool) => pool.close()));
  }

  /** Throws `unavailable` where the service does not answer. */
  async request(service: Upstream, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
    try {
      return await this.pools[service].request(options);
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      throw new Problem(
        'unavailable',
        `The ${service} service does not answer. Try again in a few seconds.`,
        {},
        { 'retry-after': '2' },
      );
    }
  }

  /** A call of the gateway's own. */
  async call(service: Upstream, path: string, body: unknown): Promise<{ status: number; body: unknown }> {
    const response = await this.request(service, {
      method: 'POST',
      path,
      headers: {
        authorization: `Bearer ${this.tokens.make(service, { kind: 'gateway' })}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    const text = await response.body.text();
    return { status: response.statusCode, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  }
}
