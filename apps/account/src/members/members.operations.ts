import { idOf, role } from '@gatehouse/contracts';
import { operation, pageOf, pageQuery } from '@gatehouse/service-host';
import { z } from 'zod';
import { email } from '../accounts/accounts.operations.js';

const accountParams = z.object({ accountId: idOf('acct') });
const memberParams = z.object({ accountId: idOf('acct'), memberId: idOf('mem') });

const memberView = z.object({
  id: idOf('mem'),
  userId: idOf('user'),
  email: z.string(),
  name: z.string(),
  role,
  status: z.enum(['invited', 'active', 'deprovisioned']),
  managedBy: z.enum(['directory', 'sso', 'local']),
  /** The directory that manages the member. */
  directoryId: idOf('dir').optional(),
  /** The account has a live directory, and it does not know this member. */
  notInDirectory: z.boolean(),
  /** The directory wants an address for this member that is somebody else's, or that it may not change. */
  emailConflict: z.boolean(),
});

export const listMembers = operation({
  id: 'listMembers',
  method: 'GET',
  path: '/api/v1/accounts/:accountId/members',
  tag: 'Members',
  summary: 'Members of an account, invited and deprovisioned ones too; removed ones not.',
  access: ['admin'],
  params: accountParams,
  query: pageQuery,
  responses: { 200: pageOf(memberView) },
});

export const inviteMember = operation({
  id: 'inviteMember',
  method: 'POST',
  path: '/api/v1/accounts/:accountId/members',
  tag: 'Members',
  summary: 'Invites a person by email; the link is in this answer only.',
  description:
    'Only owners invite owners. While a directory is live, it alone adds people of the enabled domains.',
  access: ['admin'],
  params: accountParams,
  body: z.strictObject({ email, role }),
  responses: { 201: memberView.extend({ invitationUrl: z.string() }) },
  problems: ['already_a_member', 'directory_managed', 'forbidden'],
});

export const changeRole = operation({
  id: 'changeMemberRole',
  method: 'PATCH',
  path: '/api/v1/accounts/:accountId/members/:memberId',
  tag: 'Members',
  summary: 'Changes a role.',
  description: 'Only owners make or demote owners, and only they change roles of directory-managed members.',
  access: ['admin'],
  params: memberParams,
  body: z.strictObject({ role }),
  responses: { 200: memberView },
  problems: ['last_owner', 'directory_managed', 'forbidden'],
});

export const removeMember = operation({
  id: 'removeMember',
  method: 'DELETE',
  path: '/api/v1/accounts/:accountId/members/:memberId',
  tag: 'Members',
  summary: 'Removes a member; a sign-in does not make them one again.',
  access: ['admin'],
  params: memberParams,
  responses: { 204: null },
  problems: ['last_owner', 'directory_managed', 'forbidden'],
});
