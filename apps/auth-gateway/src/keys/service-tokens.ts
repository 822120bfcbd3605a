import { Inject, Injectable } from '@nestjs/common';
import { type Caller, serviceAudience, type ServiceName } from '@gatehouse/contracts';
import { SETTINGS } from '@gatehouse/service-host';
import type { GatewaySettings } from '../settings.js';
import { SigningKeys } from './signing-keys.js';

const LIFETIME_SECONDS = 60;
const REUSE_MS = 30_000;
const MAX_KEPT = 10_000;

/** The JWT that tells one of our services who a request is from, kept for 30 s a caller. */
@Injectable()
export class ServiceTokens {
  private readonly kept = new Map<string, { token: string; until: number }>();

  constructor(
    @Inject(SigningKeys) private readonly keys: SigningKeys,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  make(service: ServiceName, caller: Caller): string {
    const key = `${service} ${JSON.stringify(caller)}`;
    const now = performance.now();
    const kept = this.kept.get(key);
    if (kept && kept.until > now) return kept.token;
    const token = this.keys.token(
      { iss: this.settings.PUBLIC_URL, aud: serviceAudience(service), sub: subjectOf(caller), caller },
      LIFETIME_SECONDS,
    );
    if (this.kept.size >= MAX_KEPT) this.kept.clear();
    this.kept.set(key, { token, until: now + REUSE_MS });
    return token;
  }
}

function subjectOf(caller: Caller): string {
  if (caller.kind === 'user') return caller.userId;
  if (caller.kind === 'api-key') return caller.keyId;
  return caller.kind === 'setup' ? caller.linkId : caller.kind;
}
