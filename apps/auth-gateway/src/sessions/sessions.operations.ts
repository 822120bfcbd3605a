import { idOf, problems, role, time, type ProblemCode } from '@gatehouse/contracts';
import { operation, pageOf, pageQuery } from '@gatehouse/service-host';
import { z } from 'zod';

const method = z.enum(['password', 'saml', 'oidc']);
const reason = z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]);

export const getSession = operation({
  id: 'getSession',
  method: 'GET',
  path: '/auth/session',
  tag: 'Sign-in',
  summary: 'Who is signed in in this browser, and where they may enter',
  access: ['public'],
  responses: {
    200: z.object({
      user: z.object({ id: idOf('user'), email: z.string(), name: z.string() }),
      authentications: z.array(
        z.object({
          method,
          connectionId: idOf('conn').nullable(),
          accountId: idOf('acct').nullable(),
          at: time,
        }),
      ),
      accounts: z.array(
        z.object({
          id: idOf('acct'),
          slug: z.string(),
          name: z.string(),
          role,
          access: z.object({ allowed: z.boolean(), reason: reason.optional() }),
        }),
      ),
      csrfToken: z.string(),
    }),
  },
  problems: ['not_signed_in', 'session_expired', 'session_revoked'],
});

export const signOut = operation({
  id: 'signOut',
  method: 'POST',
  path: '/auth/sign-out',
  tag: 'Sign-in',
  summary: 'End the session of this browser',
  access: ['public'],
  responses: { 204: null },
  problems: ['csrf_invalid'],
});

const accountParams = z.object({ accountId: idOf('acct') });

export const listSessions = operation({
  id: 'listSessions',
  method: 'GET',
  path: '/api/v1/accounts/:accountId/sessions',
  tag: 'Sessions',
  summary: "The live sessions of the account's members",
  access: ['admin'],
  params: accountParams,
  query: pageQuery,
  responses: {
    200: pageOf(
      z.object({
        id: idOf('sess'),
        userId: idOf('user'),
        email: z.string(),
        name: z.string(),
        createdAt: time,
        lastSeenAt: time,
        address: z.string(),
        userAgent: z.string(),
        authentications: z.array(z.object({ method, connectionId: idOf('conn').nullable(), at: time })),
      }),
    ),
  },
});

export const endSession = operation({
  id: 'endSession',
  method: 'DELETE',
  path: '/api/v1/accounts/:accountId/sessions/:sessionId',
  tag: 'Sessions',
  summary: "End a member's session at once",
  access: ['admin'],
  params: accountParams.extend({ sessionId: idOf('sess') }),
  responses: { 204: null },
});
