import {
  AuditRecorded,
  type DirectoryUserState,
  DomainEnabled,
  type EventData,
  type EventDefinition,
  InvitationAccepted,
  type MembershipState,
  membershipsTopic,
  newId,
  type Role,
  type SignedInData,
  SignedIn,
  type Topic,
} from '@gatehouse/contracts';
import { Database, openDatabase } from '@gatehouse/database';
import { type EventContext, eventingEntities, eventingMigrations, Outbox } from '@gatehouse/eventing';
import { testDatabase } from '@gatehouse/testing';
import { AccountsService } from './accounts/accounts.service.js';
import { DomainEvents } from './admissions/domains.events.js';
import { SignInEvents } from './admissions/sign-ins.events.js';
import { AuditEvents } from './audit/audit.events.js';
import { AuditService } from './audit/audit.service.js';
import { DirectoryEvents } from './directory/directory.events.js';
import { entities } from './entities.js';
import { InvitationEvents } from './invitations/invitations.events.js';
import { MembersService } from './members/members.service.js';
import { migrations } from './migrations/index.js';

export const operator = { kind: 'operator', accountId: null, plan: null } as const;

/** The service's parts on a real database of their own, with the bus played by hand: any order can be had. */
export async function accountFixture() {
  const definition = {
    name: 'account-parts',
    schema: 'account',
    entities: [...entities, ...eventingEntities],
    migrations: [...eventingMigrations, ...migrations],
  };
  const own = await testDatabase(definition);
  const database = await openDatabase({ ...definition, url: own.url });
  const outbox = new Outbox(database);
  const settings = { PUBLIC_URL: 'http://localhost:8080' };
  const consumers = {
    directory: new DirectoryEvents(outbox),
    domains: new DomainEvents(outbox),
    signIns: new SignInEvents(outbox),
    invitations: new InvitationEvents(outbox),
    audit: new AuditEvents(),
  };
  const parts = {
    database,
    accounts: new AccountsService(database, outbox, settings),
    members: new MembersService(database, outbox, settings),
    auditLog: new AuditService(database),
  };

  /** Hands an event to its consumer, in a transaction as the bus does. */
  async function deliver<T>(event: EventDefinition<T>, data: T, id = newId('evt')): Promise<void> {
    await database.inTransaction((tx) =>
      handlerOf(event.topic.name, consumers)(
        data as never,
        context(tx, event.topic, event.type, event.key(data), id),
      ),
    );
  }

  return {
    ...parts,
    deliver,
    consumers,
    forget: forgetter(database, consumers),
    ...readers(database),
    close,
  };

  async function close(): Promise<void> {
    await database.close();
    await own.drop();
  }
}
export type AccountFixture = Awaited<ReturnType<typeof accountFixture>>;

type Consumers = {
  directory: DirectoryEvents;
  domains: DomainEvents;
  signIns: SignInEvents;
  invitations: InvitationEvents;
  audit: AuditEvents;
};

function context(tx: EventContext['tx'], topic: Topic, type: string, key: string, id: string): EventContext {
  return { id, type, topic: topic.name, key, time: new Date(), tx };
}

function handlerOf(topic: string, consumers: Consumers) {
  const handlers: Record<string, (data: never, ctx: EventContext) => Promise<void>> = {
    'directory.users.v1': (data, ctx) => consumers.directory.onUser(data, ctx),
    'directory.directories.v1': (data, ctx) => consumers.directory.onDirectory(data, ctx),
    'sso.domains.v1': (data, ctx) => consumers.domains.onDomain(data, ctx),
    'audit.entries.v1': (data, ctx) => consumers.audit.onRecorded(data, ctx),
    'auth.sign-ins.v1': (data, ctx) =>
      ctx.type === SignedIn.type
        ? consumers.signIns.onSignedIn(data, ctx)
        : consumers.invitations.onAccepted(data, ctx),
  };
  const handler = handlers[topic];
  if (!handler) throw new Error(`Nothing here consumes ${topic}`);
  return handler;
}

function forgetter(database: Database, consumers: Consumers) {
  return (topic: Topic, key: string) =>
    database.inTransaction((tx) =>
      consumers.directory.onUserForgotten(null, context(tx, topic, '', key, newId('evt'))),
    );
}

function readers(database: Database) {
  const published = async <T>(topic: Topic): Promise<{ key: string; type: string; data: T }[]> => {
    const rows = await database.query<{ key: string; type: string; payload: string }>(
      `SELECT key, type, payload::text AS payload FROM outbox WHERE topic = $1 ORDER BY seq`,
      [topic.name],
    );
    return rows.map(({ key, type, payload }) => ({ key, type, data: JSON.parse(payload) as T }));
  };
  /** What a late consumer of the compacted topic knows of an account's members. */
  const membersOf = async (accountId: string): Promise<MembershipState[]> => {
    const latest = new Map<string, MembershipState>();
    for (const { key, data } of await published<MembershipState>(membershipsTopic)) latest.set(key, data);
    return [...latest.values()].filter((member) => member.accountId === accountId);
  };
  const memberBy = async (accountId: string, email: string): Promise<MembershipState | undefined> =>
    (await membersOf(accountId)).find((member) => member.email === email);
  const auditedActions = async (accountId: string): Promise<string[]> => {
    const entries = await published<EventData<typeof AuditRecorded>>(AuditRecorded.topic);
    return entries.filter(({ data }) => data.accountId === accountId).map(({ data }) => data.action);
  };
  return { published, membersOf, memberBy, auditedActions };
}

let counter = 0;
/** Different in each call: tests of one file share a database. */
export function unique(): string {
  counter += 1;
  return `t${counter}`;
}

export interface Tenant {
  id: string;
  domain: string;
  ownerEmail: string;
  ownerId: string;
  directoryId: string;
}

/** An Enterprise account with one active owner and an enabled domain. */
export async function tenant(fixture: AccountFixture): Promise<Tenant> {
  const slug = unique();
  const domain = `${slug}.test`;
  const ownerEmail = `owner@${domain}`;
  const account = await fixture.accounts.create(operator, {
    name: slug,
    slug,
    plan: 'enterprise',
    owner: { email: ownerEmail, name: 'Olga Owner' },
  });
  await acceptInvitation(fixture, account.ownerId, 'Olga Owner');
  await fixture.deliver(DomainEnabled, {
    name: domain,
    version: 1,
    domainId: newId('dom'),
    accountId: account.id,
    status: 'enabled',
  });
  return { id: account.id, domain, ownerEmail, ownerId: account.ownerId, directoryId: newId('dir') };
}

/** Makes an active local member. */
export async function activeMember(
  fixture: AccountFixture,
  { id, domain }: Tenant,
  role: Role,
  email = `${unique()}@${domain}`,
): Promise<{ id: string; userId: string; email: string }> {
  const member = await fixture.members.invite(operator, id, { email, role });
  await acceptInvitation(fixture, member.id, 'Mia Member');
  return member;
}

export async function acceptInvitation(
  fixture: AccountFixture,
  memberId: string,
  name: string,
): Promise<void> {
  const [invitation] = await fixture.database.query<{
    invitationId: string;
    accountId: string;
    userId: string;
  }>(
    `SELECT id AS "invitationId", account_id AS "accountId", user_id AS "userId" FROM invitations
     WHERE membership_id = $1 ORDER BY id DESC LIMIT 1`,
    [memberId],
  );
  await fixture.deliver(InvitationAccepted, { ...invitation!, at: new Date().toISOString(), name });
}

export function directoryUser(
  { id, directoryId }: Tenant,
  user: Partial<DirectoryUserState> & { email: string; version: number },
): DirectoryUserState {
  const active = user.active ?? true;
  return {
    id: newId('duser'),
    directoryId,
    accountId: id,
    externalId: null,
    userName: user.email,
    displayName: 'Mia Member',
    givenName: null,
    familyName: null,
    status: 'present',
    reason: active ? null : 'deactivated',
    receivedAt: new Date().toISOString(),
    ...user,
    active,
  };
}

export function signIn({ id }: Tenant, email: string, more: Partial<SignedInData> = {}): SignedInData {
  return {
    signInId: newId('signin'),
    at: new Date().toISOString(),
    accountId: id,
    connectionId: newId('conn'),
    protocol: 'saml',
    subject: email,
    email,
    name: 'Mia Member',
    userId: null,
    ...more,
  };
}

/** All orders of a few events. */
export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}
