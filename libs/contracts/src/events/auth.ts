import { z } from 'zod';
import { defineEvents, defineTopic } from '../event.js';
import { idOf } from '../ids.js';
import { time } from './shared.js';

export const signInsTopic = defineTopic({
  name: 'auth.sign-ins.v1',
  partitions: 12,
  compacted: false,
  retentionHours: 24 * 7,
  publisher: 'auth-gateway',
  description: 'Sign-ins, refusals, ended sessions and accepted invitations. Key: the id of what happened.',
});

export const signedIn = z.object({
  signInId: idOf('signin'),
  at: time,
  accountId: idOf('acct'),
  connectionId: idOf('conn'),
  protocol: z.enum(['saml', 'oidc']),
  /** The provider's own, stable name for the person. */
  subject: z.string(),
  email: z.string(),
  name: z.string(),
  /** Null at the first sign-in: the account service answers with AdmissionDecided. */
  userId: idOf('user').nullable(),
});
export type SignedInData = z.infer<typeof signedIn>;

export const { SignedIn } = defineEvents(signInsTopic, signedIn, (data) => data.signInId, ['SignedIn'], {
  SignedIn: 'An identity provider vouched for a person, and all checks passed.',
});

export const signInRefused = z.object({
  signInId: idOf('signin'),
  at: time,
  accountId: idOf('acct').nullable(),
  connectionId: idOf('conn').nullable(),
  method: z.enum(['saml', 'oidc', 'password']),
  /** Reason code, for example `audience_mismatch`. */
  code: z.string(),
});

export const { SignInRefused } = defineEvents(
  signInsTopic,
  signInRefused,
  (data) => data.signInId,
  ['SignInRefused'],
  {
    SignInRefused: 'A sign-in was refused.',
  },
);

export const sessionRevoked = z.object({
  sessionId: idOf('sess'),
  at: time,
  userId: idOf('user'),
  reason: z.string(),
});

export const { SessionRevoked } = defineEvents(
  signInsTopic,
  sessionRevoked,
  (data) => data.sessionId,
  ['SessionRevoked'],
  {
    SessionRevoked: 'A session ended before its time.',
  },
);

export const invitationAccepted = z.object({
  invitationId: idOf('inv'),
  at: time,
  accountId: idOf('acct'),
  userId: idOf('user'),
  name: z.string(),
});

export const { InvitationAccepted } = defineEvents(
  signInsTopic,
  invitationAccepted,
  (data) => data.invitationId,
  ['InvitationAccepted'],
  {
    InvitationAccepted: 'A person accepted an invitation or a recovery link.',
  },
);

export const testsTopic = defineTopic({
  name: 'auth.tests.v1',
  partitions: 3,
  compacted: false,
  retentionHours: 24 * 30,
  publisher: 'auth-gateway',
  description: 'Results of test sign-ins. Key: connection id.',
});

export const testSignIn = z.object({
  testId: idOf('test'),
  at: time,
  accountId: idOf('acct'),
  connectionId: idOf('conn'),
  configVersion: z.int().nonnegative(),
  status: z.enum(['succeeded', 'failed']),
  code: z.string().nullable(),
});

export const { TestSignInCompleted } = defineEvents(
  testsTopic,
  testSignIn,
  (data) => data.connectionId,
  ['TestSignInCompleted'],
  {
    TestSignInCompleted: 'A test sign-in through a connection ended.',
  },
);
