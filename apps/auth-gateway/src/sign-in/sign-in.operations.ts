import { operation } from '@gatehouse/service-host';
import { z } from 'zod';

export const discover = operation({
  id: 'discoverSignIn',
  method: 'POST',
  path: '/auth/discover',
  tag: 'Sign-in',
  summary: 'How somebody with this email address signs in',
  description: "Says only what the address's domain says: an address that nobody has is answered alike.",
  access: ['public'],
  body: z.strictObject({ email: z.string().min(3).max(254) }),
  responses: {
    200: z.discriminatedUnion('method', [
      z.object({ method: z.literal('sso'), url: z.string() }),
      z.object({ method: z.literal('password') }),
    ]),
  },
  problems: ['rate_limited', 'csrf_invalid'],
});
