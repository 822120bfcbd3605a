import {
  canonicalEmail,
  type DirectoryUserState,
  emailDomain,
  type EventDefinition,
  UserDeprovisioned,
  UserProvisioned,
  UserUpdated,
} from '@gatehouse/contracts';
import { badRequest, type Document, identityAddress, type StoredResource } from '@gatehouse/scim';
import type { DirectoryContext } from '../directories/directory-contexts.js';

/** A SCIM user as it is stored, with what follows from its document. */
export interface StoredUser extends StoredResource {
  readonly email: string;
  readonly active: boolean;
  readonly reason: 'deactivated' | 'created_inactive' | null;
}

/** What a change makes of a user, and the event that says so. */
export interface Provisioning {
  readonly email: string;
  readonly active: boolean;
  readonly reason: StoredUser['reason'];
  readonly event: EventDefinition<DirectoryUserState>;
}

/**
 * The identity address of a new or changed user.
 *
 * It must be in a domain that is enabled for this account, and is checked when it is set, changed, or made effective by
 * activation; never by a request that deactivates: then an address that would not be accepted leaves the last one that was.
 * @throws ScimError 400 `invalidValue`
 */
function acceptedAddress(
  context: DirectoryContext,
  before: StoredUser | null,
  document: Document,
  active: boolean,
) {
  const written = identityAddress(document);
  const canonical = canonicalEmail(written);
  const domain = canonical === undefined ? undefined : emailDomain(canonical);
  const isUnchanged =
    before !== null && (written === identityAddress(before.document) || canonical === before.email);
  if (isUnchanged && (before.active || !active)) return before.email;
  if (canonical !== undefined && domain !== undefined && context.enabledDomains.has(domain)) return canonical;
  if (before?.active === true && !active) return before.email;
  throw refusedAddress(written, domain, context);
}

function refusedAddress(written: string, domain: string | undefined, context: DirectoryContext) {
  const rule =
    'The address that identifies a user is the primary work email, else the primary email, else userName';
  const shown = written.slice(0, 200);
  if (domain === undefined) {
    return badRequest('invalidValue', `${rule}; here it is "${shown}", which is not an email address.`);
  }
  const domains = [...context.enabledDomains].sort();
  const known = domains.slice(0, 5).join(', ') + (domains.length > 5 ? ', …' : '');
  const expected =
    domains.length === 0 ? 'This account has no enabled domain yet' : `Enabled for this account: ${known}`;
  return badRequest(
    'invalidValue',
    `${rule}; here it is "${shown}", and ${domain} is not an enabled domain of this account. ${expected}. Enable the domain on the SSO page, or change the address.`,
  );
}

/** What a POST makes. */
export function provisionNew(context: DirectoryContext, document: Document): Provisioning {
  const active = document['active'] !== false;
  const email = acceptedAddress(context, null, document, active);
  return active
    ? { email, active, reason: null, event: UserProvisioned }
    : { email, active, reason: 'created_inactive', event: UserDeprovisioned };
}

/** What a PUT or PATCH makes of a user, given that its document changed. */
export function provisionChanged(
  context: DirectoryContext,
  before: StoredUser,
  document: Document,
): Provisioning {
  const active = document['active'] !== false;
  const email = acceptedAddress(context, before, document, active);
  if (active) return { email, active, reason: null, event: before.active ? UserUpdated : UserProvisioned };
  if (before.active) return { email, active, reason: 'deactivated', event: UserDeprovisioned };
  return { email, active, reason: before.reason, event: UserUpdated };
}

export interface StateOf {
  context: Pick<DirectoryContext, 'id' | 'accountId'>;
  id: string;
  version: number;
  document: Readonly<Record<string, unknown>>;
  email: string;
  active: boolean;
  reason: DirectoryUserState['reason'];
  status: DirectoryUserState['status'];
  receivedAt: Date;
}

/** The whole state of a user, as its events carry it. */
export function directoryUserState(of: StateOf): DirectoryUserState {
  const name = of.document['name'] as Record<string, unknown> | undefined;
  const given = textOf(name?.['givenName']);
  const family = textOf(name?.['familyName']);
  const userName = textOf(of.document['userName']) ?? '';
  return {
    id: of.id,
    version: of.version,
    directoryId: of.context.id,
    accountId: of.context.accountId,
    externalId: textOf(of.document['externalId']),
    userName,
    email: of.email,
    displayName:
      textOf(of.document['displayName']) ??
      textOf(name?.['formatted']) ??
      ([given, family].filter((part) => part !== null).join(' ') || userName),
    givenName: given,
    familyName: family,
    active: of.active,
    status: of.status,
    reason: of.reason,
    receivedAt: of.receivedAt.toISOString(),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
