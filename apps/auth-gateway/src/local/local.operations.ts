import { idOf } from '@gatehouse/contracts';
import { operation } from '@gatehouse/service-host';
import { z } from 'zod';
import { MAX_LENGTH } from './password-policy.js';

const email = z
  .string()
  .min(3)
  .max(254)
  .regex(/^[^\s@]+@[^\s@]+$/, 'must be an email address');
const password = z
  .string()
  .min(1)
  .max(MAX_LENGTH * 4);
const token = z.string().min(20).max(200);
const signedIn = z.object({ csrfToken: z.string() });

export const signInByPassword = operation({
  id: 'signInByPassword',
  method: 'POST',
  path: '/auth/password',
  tag: 'Sign-in',
  summary: 'Sign in by email and password',
  access: ['public'],
  body: z.strictObject({ email, password }),
  responses: { 200: signedIn },
  problems: ['credentials_invalid', 'sso_required', 'rate_limited', 'csrf_invalid'],
});

export const acceptInvitation = operation({
  id: 'acceptInvitation',
  method: 'POST',
  path: '/auth/invitations/accept',
  tag: 'Sign-in',
  summary: 'Accept an invitation or a recovery link',
  description:
    'A password is needed only from people whom no identity provider manages; who has one already gives that one.',
  access: ['public'],
  body: z.strictObject({ token, name: z.string().trim().min(1).max(200), password: password.optional() }),
  responses: {
    200: z.object({
      accountId: idOf('acct'),
      next: z.enum(['signed_in', 'sso']),
      csrfToken: z.string().nullable(),
    }),
  },
  problems: [
    'link_invalid',
    'link_used',
    'link_expired',
    'link_revoked',
    'password_unacceptable',
    'credentials_invalid',
    'sso_managed',
    'rate_limited',
    'csrf_invalid',
  ],
});

export const requestPasswordReset = operation({
  id: 'requestPasswordReset',
  method: 'POST',
  path: '/auth/password/reset-request',
  tag: 'Sign-in',
  summary: 'Ask for a link to choose a new password',
  description: 'The answer is the same for every address.',
  access: ['public'],
  body: z.strictObject({ email }),
  responses: { 202: null },
  problems: ['rate_limited', 'csrf_invalid'],
});

export const resetPassword = operation({
  id: 'resetPassword',
  method: 'POST',
  path: '/auth/password/reset',
  tag: 'Sign-in',
  summary: 'Choose a new password by a link',
  description: 'Ends every session of the person and starts a new one.',
  access: ['public'],
  body: z.strictObject({ token, password }),
  responses: { 200: signedIn },
  problems: [
    'link_invalid',
    'link_expired',
    'password_unacceptable',
    'sso_managed',
    'rate_limited',
    'csrf_invalid',
  ],
});
