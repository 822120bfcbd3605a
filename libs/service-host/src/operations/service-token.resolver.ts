import { caller as callerSchema, serviceAudience, type Caller, type ServiceName } from '@gatehouse/contracts';
import type { FastifyRequest } from 'fastify';
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { Problem } from '../problem.js';
import type { CallerResolver } from './access.guard.js';

/** Verifies the JWT that the gateway makes for one service: its signature by JWKS, and that it is for us and no one else. */
export class ServiceTokenResolver implements CallerResolver {
  private readonly keys: JWTVerifyGetKey;

  constructor(
    private readonly service: ServiceName,
    private readonly issuer: string,
    keys: URL | JWTVerifyGetKey,
  ) {
    this.keys =
      keys instanceof URL
        ? createRemoteJWKSet(keys, { cooldownDuration: 1_000, cacheMaxAge: 600_000 })
        : keys;
  }

  async resolve(request: FastifyRequest): Promise<Caller> {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    if (!token || scheme?.toLowerCase() !== 'bearer') return { kind: 'anonymous' };
    return this.verify(token);
  }

  private async verify(token: string): Promise<Caller> {
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer: this.issuer,
        audience: serviceAudience(this.service),
        algorithms: ['EdDSA'],
        requiredClaims: ['exp', 'iat'],
        clockTolerance: 5,
      });
      if (typeof payload.aud !== 'string')
        throw new errors.JWTClaimValidationFailed('several audiences', payload, 'aud');
      return callerSchema.parse(payload['caller']);
    } catch (error) {
      if (error instanceof errors.JWKSTimeout || error instanceof TypeError)
        throw new Problem(
          'unavailable',
          'The keys of the gateway could not be fetched. Try again in a few seconds.',
          {},
          { 'retry-after': '2' },
        );
      throw new Problem('token_invalid', 'The token was not made for this service, or has expired.');
    }
  }
}
