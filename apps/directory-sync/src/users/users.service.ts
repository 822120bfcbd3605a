import { Inject, Injectable } from '@nestjs/common';
import {
  DirectoryUpdated,
  DirectoryWentLive,
  newId,
  nextVersion,
  UserDeprovisioned,
} from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import {
  applyPatch,
  copyDocument,
  type Document,
  type ListQuery,
  readPatch,
  readResource,
  sameDocument,
  ScimError,
  userResourceType,
} from '@gatehouse/scim';
import { SETTINGS } from '@gatehouse/service-host';
import { directoryBaseUrl } from '../directories/base-url.js';
import type { DirectoryContext } from '../directories/directory-contexts.js';
import {
  directoryColumns,
  type DirectoryRow,
  directoryState,
  saveDirectory,
} from '../directories/directory.row.js';
import { isAmong } from '../scim/preconditions.js';
import { codeOf } from '../scim/scim-errors.js';
import type { Settings } from '../settings.js';
import {
  directoryUserState,
  provisionChanged,
  provisionNew,
  type Provisioning,
  type StoredUser,
} from './provisioning.js';
import { StaleContext } from './stale-context.js';
import { soughtUserName, userCondition } from './user-filter.js';
import {
  deleteUser,
  insertUserParameters,
  insertUserSql,
  type NewUser,
  updateUser,
  userColumns,
} from './users.store.js';

export interface Change {
  /** When the request arrived: where the measurement of a deprovisioning begins. */
  readonly receivedAt: Date;
  /** ETags of If-Match; null where the client did not ask. */
  readonly ifMatch: ReadonlySet<string> | null;
}

/**
 * SCIM Users of a directory. Each change and its event are one transaction. A directory in shadow (another one of the
 * account is live) keeps its users and publishes nothing of them.
 */
@Injectable()
export class UsersService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async list(context: DirectoryContext, query: ListQuery): Promise<{ users: StoredUser[]; total: number }> {
    const userName = soughtUserName(query.filter);
    return userName === undefined ? this.page(context, query) : this.lookUp(context, userName, query);
  }

  async get(context: DirectoryContext, id: string): Promise<StoredUser> {
    const [user] = await this.database.query<StoredUser>(
      `select ${userColumns} from scim_user u where u.directory_id = $1 and u.id = $2`,
      [context.id, id],
    );
    if (!user) throw noSuchUser();
    return user;
  }

  async create(context: DirectoryContext, body: unknown, receivedAt: Date): Promise<StoredUser> {
    const document = readResource(userResourceType, body, context.dialect);
    document['active'] ??= true;
    const { event, ...provisioning } = provisionNew(context, document);
    const user = {
      ...provisioning,
      directoryId: context.id,
      id: newId('duser'),
      version: nextVersion(null),
      document,
    };
    const times =
      context.status === 'pending'
        ? await this.insertFirst(context, user, event, receivedAt)
        : await this.insert(context, user, event, receivedAt);
    return { ...user, ...times };
  }

  async replace(context: DirectoryContext, id: string, body: unknown, change: Change): Promise<StoredUser> {
    const document = readResource(userResourceType, body, context.dialect);
    return this.change(context, id, change, (before) => {
      // A PUT that is silent about `active` must not let anybody in again.
      document['active'] ??= before['active'] !== false;
      return document;
    });
  }

  async patch(context: DirectoryContext, id: string, body: unknown, change: Change): Promise<StoredUser> {
    const operations = readPatch(userResourceType, body, context.dialect);
    return this.change(context, id, change, (before) => {
      const document = applyPatch(userResourceType, before, operations, context.dialect);
      document['active'] ??= before['active'] !== false;
      return document;
    });
  }

  async remove(context: DirectoryContext, id: string, { receivedAt, ifMatch }: Change): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const before = await this.lock(tx, context, id, ifMatch);
      const version = nextVersion(before.version);
      await deleteUser(tx, context.id, before, version);
      this.publish(tx, context, UserDeprovisioned, {
        ...before,
        version,
        active: false,
        reason: 'deleted',
        status: 'removed',
        receivedAt,
      });
    });
  }

  /** The look-up before each create: one statement, which also verifies the cached context. */
  private async lookUp(context: DirectoryContext, userName: string, query: ListQuery) {
    const condition = userCondition({ ...soleFilter(query), value: userName });
    const [row] = await this.database.query<Partial<StoredUser> & { revision: string }>(
      `select d.revision::text as revision, ${userColumns}
         from directory d left join scim_user u on u.directory_id = d.id and ${condition.sql}
        where d.id = $1 and $2::text is not null`,
      [context.id, '', ...condition.parameters],
    );
    if (row?.revision !== context.revision) throw new StaleContext();
    const users = isStored(row) && query.count > 0 && query.startIndex === 1 ? [row] : [];
    return { users, total: isStored(row) ? 1 : 0 };
  }

  private async page(context: DirectoryContext, query: ListQuery) {
    const condition = query.filter ? userCondition(query.filter) : { sql: 'true', parameters: [] };
    const parameters = [context.id, directoryBaseUrl(this.settings, context.id), ...condition.parameters];
    const counted = query.filter
      ? `select count(*) from scim_user u where u.directory_id = $1 and ${condition.sql}`
      : 'select coalesce(sum(c.users), 0) from directory_counter c where c.directory_id = $1';
    const [directory] = await this.database.query<{ revision: string; total: number }>(
      `select d.revision::text as revision, (${counted})::float8 as total
         from directory d where d.id = $1 and $2::text is not null`,
      parameters,
    );
    if (directory?.revision !== context.revision) throw new StaleContext();
    const { total } = directory;
    if (query.count === 0 || query.startIndex > total) return { users: [], total };
    const users = await this.database.query<StoredUser>(
      `select ${userColumns} from scim_user u
        where u.directory_id = $1 and $2::text is not null and ${condition.sql}
        order by u.seq limit ${query.count} offset ${query.startIndex - 1}`,
      parameters,
    );
    return { users, total };
  }

  private async change(
    context: DirectoryContext,
    id: string,
    { receivedAt, ifMatch }: Change,
    compute: (before: Readonly<Record<string, unknown>>) => Document,
  ): Promise<StoredUser> {
    return this.database.inTransaction(async (tx) => {
      const before = await this.lock(tx, context, id, ifMatch);
      const document = compute(before.document);
      if (sameDocument(document, before.document)) return before;
      const { event, ...provisioning } = provisionChanged(context, before, document);
      const next = { ...provisioning, document, version: nextVersion(before.version) };
      const lastModified = await updateUser(tx, context.id, before, next).catch(uniquenessError);
      this.publish(tx, context, event, { ...next, id, status: 'present', receivedAt });
      return { ...before, ...next, lastModified };
    });
  }

  /** Locks the user for a change; the version is compared under the lock, so that no update can come between. */
  private async lock(
    tx: Tx,
    context: DirectoryContext,
    id: string,
    ifMatch: ReadonlySet<string> | null,
  ): Promise<StoredUser> {
    const [row] = await tx.query<StoredUser & { revision: string }>(
      `select ${userColumns}, (select d.revision::text from directory d where d.id = $1) as revision
         from scim_user u where u.directory_id = $1 and u.id = $2 for update of u`,
      [context.id, id],
    );
    if (!row) throw noSuchUser();
    const { revision, ...user } = row;
    if (revision !== context.revision) throw new StaleContext();
    if (ifMatch && !isAmong(ifMatch, user.version)) {
      throw new ScimError(
        412,
        'The user was changed since you read it. Read it again, then repeat your change.',
      );
    }
    return { ...user, document: copyDocument({ ...user.document }) };
  }

  private publish(
    tx: Tx,
    context: DirectoryContext,
    event: Provisioning['event'],
    state: Omit<Parameters<typeof directoryUserState>[0], 'context'>,
  ): void {
    if (context.status === 'live') this.outbox.append(tx, event, directoryUserState({ context, ...state }));
  }

  /**
   * One statement writes the user, takes the outbox's lock as its last step, and writes the event: half the time of a
   * transaction of several statements, and the lock is held for the commit alone.
   */
  private async insert(
    context: DirectoryContext,
    user: NewUser,
    event: Provisioning['event'],
    receivedAt: Date,
  ) {
    const state = directoryUserState({ context, ...user, status: 'present', receivedAt });
    const isPublished = context.status === 'live';
    const tail = isPublished
      ? this.outbox.lastWrite(event, state, { after: 'written', firstParameter: 13 })
      : null;
    const [row] = await this.database.prepared<{
      current: boolean;
      created: Date | null;
      lastModified: Date | null;
    }>(
      `scim-create-${isPublished ? 'published' : 'silent'}`,
      `with guard as materialized (select 1 from directory where id = $1 and revision = $12::bigint),
       ${insertUserSql('from guard')}${tail ? `,\n${tail.sql}` : ''}
       select exists (select 1 from guard) as current, w.created, w."lastModified"
         from (select 1) one left join written w on true`,
      [...insertUserParameters(user), context.revision, ...(tail?.parameters ?? [])],
    );
    if (!row?.current) throw new StaleContext();
    if (!row.created || !row.lastModified) throw userNameTaken();
    if (isPublished) this.outbox.wake();
    return { created: row.created, lastModified: row.lastModified };
  }

  /** The first user of a directory decides whether it is live: it is, unless another one of the account is. */
  private async insertFirst(
    context: DirectoryContext,
    user: NewUser,
    event: Provisioning['event'],
    receivedAt: Date,
  ) {
    return this.database.inTransaction(async (tx) => {
      const siblings = await tx.query<DirectoryRow>(
        `select ${directoryColumns} from directory
          where account_id = $1 and status <> 'removed' order by id for update`,
        [context.accountId],
      );
      const own = siblings.find((sibling) => sibling.id === context.id);
      if (own?.status !== 'pending') throw new StaleContext();
      const isLive = siblings.every((sibling) => sibling.status !== 'live');
      const next = await saveDirectory(tx, own, { status: isLive ? 'live' : 'shadow' });
      const [written] = await tx.query<{ created: Date; lastModified: Date }>(
        `with ${insertUserSql('')} select created, "lastModified" from written`,
        insertUserParameters(user),
      );
      if (!written) throw userNameTaken();
      this.outbox.append(tx, isLive ? DirectoryWentLive : DirectoryUpdated, directoryState(next));
      this.publish(tx, { ...context, status: next.status }, event, {
        ...user,
        status: 'present',
        receivedAt,
      });
      return written;
    });
  }
}

function soleFilter({ filter }: ListQuery) {
  if (filter?.kind !== 'compare') throw new Error('a look-up by userName is a comparison');
  return filter;
}

function isStored<T extends Partial<StoredUser>>(row: T): row is T & StoredUser {
  return row.id !== undefined && row.id !== null;
}

function noSuchUser(): ScimError {
  return new ScimError(404, 'There is no such user in this directory.');
}

function userNameTaken(): ScimError {
  return new ScimError(409, 'Another user of this directory has this userName.', 'uniqueness');
}

/** Postgres' unique_violation: the only unique value that a client sets is userName. */
function uniquenessError(error: unknown): never {
  throw codeOf(error) === '23505' ? userNameTaken() : error;
}
