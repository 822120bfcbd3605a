import { Controller, Inject } from '@nestjs/common';
import { Handles, Input, type InputOf, operation } from '@gatehouse/service-host';
import { z } from 'zod';
import { SigningKeys } from './signing-keys.js';

export const getJwks = operation({
  id: 'getJwks',
  method: 'GET',
  path: '/.well-known/jwks.json',
  tag: 'Access',
  summary: 'The public keys that verify the tokens of /authorize',
  access: ['public'],
  responses: {
    200: z.object({
      keys: z.array(
        z.object({
          kty: z.string(),
          crv: z.string(),
          x: z.string(),
          kid: z.string(),
          alg: z.string(),
          use: z.string(),
        }),
      ),
    }),
  },
});

@Controller()
export class JwksController {
  constructor(@Inject(SigningKeys) private readonly keys: SigningKeys) {}

  @Handles(getJwks)
  async jwks(@Input() _: InputOf<typeof getJwks>): Promise<unknown> {
    return this.keys.jwks;
  }
}
