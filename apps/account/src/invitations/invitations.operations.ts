import { idOf, time } from '@gatehouse/contracts';
import { operation } from '@gatehouse/service-host';
import { z } from 'zod';

export const createRecoveryLink = operation({
  id: 'createRecoveryLink',
  method: 'POST',
  path: '/api/v1/accounts/:accountId/recovery-links',
  tag: 'Accounts',
  summary: 'Makes a one-time link for an owner who is locked out; it is in this answer only.',
  description:
    'Without `memberId` it is for the owner who has been one for longest. Links made before stop working.',
  access: ['operator'],
  params: z.object({ accountId: idOf('acct') }),
  body: z.strictObject({ memberId: idOf('mem').optional() }).optional(),
  responses: {
    201: z.object({
      id: idOf('inv'),
      memberId: idOf('mem'),
      email: z.string(),
      url: z.string(),
      expiresAt: time,
    }),
  },
});
