import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  directoriesTopic,
  DirectoryCreated,
  DirectoryDisabled,
  DirectoryRemoved,
  type DirectoryState,
  DirectoryUpdated,
  directoryUsersTopic,
  type DirectoryUserState,
  DirectoryWentLive,
  nextVersion,
  UserDeprovisioned,
  UserProvisioned,
  UserUpdated,
} from '@gatehouse/contracts';
import {
  Consumes,
  ConsumesTombstones,
  type EventContext,
  Outbox,
  upsertVersioned,
} from '@gatehouse/eventing';
import { directoryChanged } from './directories.js';
import { type DirectoryUser, directoryUserColumns } from './directory-user.js';
import { placeDirectoryUser } from './placement.js';

/** What directory-sync says becomes membership: provisioned people are made members, others lose access. */
@Controller()
export class DirectoryEvents {
  constructor(private readonly outbox: Outbox) {}

  @Consumes(UserProvisioned, UserUpdated, UserDeprovisioned)
  async onUser(@Payload() state: DirectoryUserState, @Ctx() { tx }: EventContext): Promise<void> {
    const user = asDirectoryUser(state);
    const isNew = await upsertVersioned(tx, 'directory_users', ['id'], {
      id: user.id,
      version: user.version,
      account_id: user.accountId,
      directory_id: user.directoryId,
      external_id: user.externalId,
      email: user.email,
      display_name: user.displayName,
      active: user.active,
    });
    if (isNew) await placeDirectoryUser(tx, this.outbox, user);
  }

  /** The directory forgot the person: so do we. Whoever was active until then has left. */
  @ConsumesTombstones(directoryUsersTopic)
  async onUserForgotten(@Payload() _: null, @Ctx() { tx, key }: EventContext): Promise<void> {
    const [user] = await tx.query<DirectoryUser>(
      `SELECT ${directoryUserColumns} FROM directory_users du WHERE du.id = $1 FOR UPDATE`,
      [key],
    );
    if (!user) return;
    await tx.query(`DELETE FROM directory_users WHERE id = $1`, [key]);
    if (user.active) await placeDirectoryUser(tx, this.outbox, { ...user, active: false });
  }

  @Consumes(DirectoryCreated, DirectoryWentLive, DirectoryUpdated, DirectoryDisabled, DirectoryRemoved)
  async onDirectory(@Payload() state: DirectoryState, @Ctx() { tx }: EventContext): Promise<void> {
    const { id, version, accountId, status } = state;
    const isNew = await upsertVersioned(tx, 'directories', ['id'], {
      id,
      version,
      account_id: accountId,
      status,
    });
    if (isNew) await directoryChanged(tx, this.outbox, { id, accountId });
  }

  @ConsumesTombstones(directoriesTopic)
  async onDirectoryForgotten(@Payload() _: null, @Ctx() { tx, key }: EventContext): Promise<void> {
    const rows = await tx.query<{ accountId: string }>(
      `UPDATE directories SET status = 'removed', version = GREATEST(version + 1, $2) WHERE id = $1
       RETURNING account_id AS "accountId"`,
      [key, nextVersion(null)],
    );
    if (rows[0]) await directoryChanged(tx, this.outbox, { id: key, accountId: rows[0].accountId });
  }
}

function asDirectoryUser(state: DirectoryUserState): DirectoryUser {
  return {
    id: state.id,
    version: state.version,
    accountId: state.accountId,
    directoryId: state.directoryId,
    externalId: state.externalId,
    email: state.email,
    displayName: state.displayName,
    active: state.active && state.status === 'present',
  };
}
