import { z } from 'zod';
import { defineEvents, defineTopic } from '../event.js';
import { idOf } from '../ids.js';
import { plan, role, time, version } from './shared.js';

export const accountsTopic = defineTopic({
  name: 'account.accounts.v1',
  partitions: 6,
  compacted: true,
  publisher: 'account',
  description: 'Accounts with their plan and SSO policy. Key: account id.',
});

export const ssoPolicy = z.object({
  /** `required` takes effect once a connection of the account is active. */
  enforcement: z.enum(['off', 'monitor', 'required']),
  exempt: z.enum(['owners_and_admins', 'owners', 'nobody']),
  jitProvisioning: z.boolean(),
});
export type SsoPolicy = z.infer<typeof ssoPolicy>;

export const accountState = z.object({
  id: idOf('acct'),
  version,
  name: z.string(),
  slug: z.string(),
  plan,
  /** When the plan stopped being `enterprise`; null while it is. Starts the grace of PLAN_GRACE_DAYS. */
  enterpriseEndedAt: time.nullable(),
  policy: ssoPolicy,
  status: z.enum(['active', 'closed']),
});
export type AccountState = z.infer<typeof accountState>;

export const { AccountCreated, AccountUpdated, PlanChanged, PolicyChanged, AccountClosed } = defineEvents(
  accountsTopic,
  accountState,
  (account) => account.id,
  ['AccountCreated', 'AccountUpdated', 'PlanChanged', 'PolicyChanged', 'AccountClosed'],
  {
    AccountCreated: 'An operator made an account.',
    AccountUpdated: 'Name or slug changed.',
    PlanChanged: 'The plan changed.',
    PolicyChanged: 'The SSO policy changed.',
    AccountClosed: 'The account was closed; nobody has access to it any more.',
  },
);

export const membershipsTopic = defineTopic({
  name: 'account.memberships.v1',
  partitions: 12,
  compacted: true,
  publisher: 'account',
  description: 'Who is a member of which account, with role and status. Key: membership id.',
});

export const membershipState = z.object({
  /** One a (account, user), for ever. */
  id: idOf('mem'),
  version,
  accountId: idOf('acct'),
  userId: idOf('user'),
  /** Canonical email address of the person; empty when erased. */
  email: z.string(),
  name: z.string(),
  role,
  status: z.enum(['invited', 'active', 'deprovisioned', 'removed', 'erased']),
  managedBy: z.enum(['local', 'sso', 'directory']),
  directoryId: idOf('dir').nullable(),
  /** The directory user that governs this membership now, where one does. */
  directoryUserId: idOf('duser').nullable(),
});
export type MembershipState = z.infer<typeof membershipState>;

export const { MembershipChanged } = defineEvents(
  membershipsTopic,
  membershipState,
  (membership) => membership.id,
  ['MembershipChanged'],
  { MembershipChanged: 'A membership was made or changed; a removed member stays with its status.' },
);

export const invitationsTopic = defineTopic({
  name: 'account.invitations.v1',
  partitions: 6,
  compacted: true,
  publisher: 'account',
  description:
    'Invitations, owner recovery links and password resets by an operator, with the hash of their token. Key: invitation id.',
});

export const invitationState = z.object({
  id: idOf('inv'),
  version,
  kind: z.enum(['invitation', 'recovery']),
  accountId: idOf('acct'),
  membershipId: idOf('mem'),
  userId: idOf('user'),
  email: z.string(),
  /** SHA-256 of the token, base64url. */
  tokenHash: z.string(),
  expiresAt: time,
  status: z.enum(['pending', 'accepted', 'revoked']),
});
export type InvitationState = z.infer<typeof invitationState>;

export const { InvitationIssued, InvitationSettled } = defineEvents(
  invitationsTopic,
  invitationState,
  (invitation) => invitation.id,
  ['InvitationIssued', 'InvitationSettled'],
  {
    InvitationIssued: 'A link was made for a person.',
    InvitationSettled: 'The link was accepted or revoked.',
  },
);

export const admissionsTopic = defineTopic({
  name: 'account.admissions.v1',
  partitions: 6,
  compacted: false,
  retentionHours: 24,
  publisher: 'account',
  description: 'Answers to first sign-ins: who the person is, or why they are no member. Key: sign-in id.',
});

export const admission = z.object({
  signInId: idOf('signin'),
  accountId: idOf('acct'),
  admitted: z.boolean(),
  userId: idOf('user').nullable(),
  membershipId: idOf('mem').nullable(),
  reason: z
    .enum(['not_a_member', 'deprovisioned', 'email_conflict', 'account_closed', 'domain_not_enabled'])
    .nullable(),
});
export type Admission = z.infer<typeof admission>;

export const { AdmissionDecided } = defineEvents(
  admissionsTopic,
  admission,
  (decision) => decision.signInId,
  ['AdmissionDecided'],
  { AdmissionDecided: 'The account service answered a SignedIn event.' },
);
