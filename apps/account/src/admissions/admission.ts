import { type Admission, canonicalEmail, emailDomain, type SignedInData } from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import type { Outbox } from '@gatehouse/eventing';
import { audit } from '@gatehouse/service-host';
import { settleInvitations } from '../invitations/invitation.js';
import {
  changeMembership,
  createPersonWithMembership,
  joinPerson,
  lockMembershipOf,
  type Membership,
} from '../members/membership.js';
import { findPerson, type Person } from '../members/user.js';

type Refusal = NonNullable<Admission['reason']>;
type Decision = { member: Membership } | { refused: Refusal; person?: Person | undefined };

/**
 * Who a person is whom an identity provider vouched for, and whether they are a member of its account: an existing
 * member, or one made just now while no directory is live.
 */
export async function decideAdmission(tx: Tx, outbox: Outbox, signIn: SignedInData): Promise<Admission> {
  const decision = await decide(tx, outbox, signIn);
  const about = { signInId: signIn.signInId, accountId: signIn.accountId };
  if ('member' in decision) {
    const { userId, id } = decision.member;
    return { ...about, admitted: true, userId, membershipId: id, reason: null };
  }
  return {
    ...about,
    admitted: false,
    userId: decision.person?.id ?? null,
    membershipId: null,
    reason: decision.refused,
  };
}

async function decide(tx: Tx, outbox: Outbox, signIn: SignedInData): Promise<Decision> {
  if (canonicalEmail(signIn.email) !== signIn.email) return { refused: 'domain_not_enabled' };
  const account = await readAccount(tx, signIn);
  if (account?.status !== 'active') return { refused: 'account_closed' };
  // An address of a domain that is not this account's would let one account's provider speak for another's people.
  if (!account.isDomainEnabled) return { refused: 'domain_not_enabled' };
  const person =
    signIn.userId === null ? await findPerson(tx, signIn.email) : await personOf(tx, signIn.userId);
  if (signIn.userId !== null && !person) return { refused: 'not_a_member' };
  const member = person && (await lockMembershipOf(tx, signIn.accountId, person.id));
  if (member) return admitMember(tx, outbox, member);
  if (!account.jitProvisioning || account.hasLiveDirectory || account.isOfDirectory)
    return { refused: 'not_a_member', person };
  return makeMember(tx, outbox, signIn, person);
}

async function admitMember(tx: Tx, outbox: Outbox, member: Membership): Promise<Decision> {
  switch (member.status) {
    case 'active':
      return { member };
    case 'invited': {
      await settleInvitations(tx, outbox, member.id, 'accepted');
      return { member: await changeMembership(tx, outbox, member, { status: 'active', managedBy: 'sso' }) };
    }
    case 'deprovisioned':
      return { refused: 'deprovisioned', person: asPerson(member) };
    // A member whom an admin removed is not made again by signing in.
    case 'removed':
    case 'erased':
      return { refused: 'not_a_member', person: asPerson(member) };
  }
}

async function makeMember(
  tx: Tx,
  outbox: Outbox,
  signIn: SignedInData,
  person: Person | undefined,
): Promise<Decision> {
  const membership = {
    accountId: signIn.accountId,
    role: 'member',
    status: 'active',
    managedBy: 'sso',
  } as const;
  const made = person
    ? await joinPerson(tx, outbox, person, membership)
    : await createPersonWithMembership(tx, outbox, { email: signIn.email, name: signIn.name }, membership);
  if (!made) return decide(tx, outbox, signIn);
  audit(tx, outbox, {
    accountId: made.accountId,
    actor: { kind: 'user', id: made.userId },
    action: 'member.provisioned_by_sign_in',
    target: { type: 'member', id: made.id },
    details: { connectionId: signIn.connectionId, signInId: signIn.signInId },
    personal: { email: made.email },
  });
  return { member: made };
}

interface AccountFacts {
  status: 'active' | 'closed';
  jitProvisioning: boolean;
  isDomainEnabled: boolean;
  hasLiveDirectory: boolean;
  /** A directory spoke of the person, so it is live, though that may not have been heard yet. */
  isOfDirectory: boolean;
}

async function readAccount(tx: Tx, { accountId, email }: SignedInData): Promise<AccountFacts | undefined> {
  const rows = await tx.query<AccountFacts>(
    `SELECT status, jit_provisioning AS "jitProvisioning",
       EXISTS (SELECT 1 FROM domains WHERE name = $2 AND account_id = $1 AND status = 'enabled') AS "isDomainEnabled",
       EXISTS (SELECT 1 FROM directories WHERE account_id = $1 AND status = 'live') AS "hasLiveDirectory",
       EXISTS (SELECT 1 FROM directory_users du LEFT JOIN directories d ON d.id = du.directory_id
                WHERE du.account_id = $1 AND du.email = $3 AND (d.status IS NULL OR d.status = 'pending')) AS "isOfDirectory"
     FROM accounts WHERE id = $1`,
    [accountId, emailDomain(email), email],
  );
  return rows[0];
}

async function personOf(tx: Tx, userId: string): Promise<Person | undefined> {
  const rows = await tx.query<Person>(`SELECT id, email, name FROM users WHERE id = $1`, [userId]);
  return rows[0];
}

function asPerson({ userId, email, name }: Membership): Person {
  return { id: userId, email, name };
}
