import { Controller, Inject } from '@nestjs/common';
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
  UserDeprovisioned,
  UserProvisioned,
  UserUpdated,
} from '@gatehouse/contracts';
import { Consumes, ConsumesTombstones, type EventContext, upsertVersioned } from '@gatehouse/eventing';
import { AccessChanges } from './changes.service.js';
import { accountKey } from './invalidation-keys.js';
import { Invalidations } from './invalidations.js';

/** Keeps what directories say, also of users whom no membership names yet: the order of the two topics is not known. */
@Controller()
export class DirectoriesConsumer {
  constructor(
    @Inject(AccessChanges) private readonly changes: AccessChanges,
    @Inject(Invalidations) private readonly invalidations: Invalidations,
  ) {}

  @Consumes(UserProvisioned, UserUpdated, UserDeprovisioned)
  async user(@Payload() user: DirectoryUserState, @Ctx() { tx }: EventContext): Promise<void> {
    const { id, version, directoryId, accountId, active } = user;
    const advanced = await upsertVersioned(tx, 'directory_users', ['id'], {
      id,
      version,
      directory_id: directoryId,
      account_id: accountId,
      active,
    });
    if (advanced) await this.changes.directoryUserChanged(tx, user);
  }

  @ConsumesTombstones(directoryUsersTopic)
  async userGone(@Payload() _: null, @Ctx() { tx, key }: EventContext): Promise<void> {
    const [gone] = await tx.query<{ account_id: string }>(
      'delete from directory_users where id = $1 returning account_id',
      [key],
    );
    if (gone)
      await this.changes.directoryUserChanged(tx, { id: key, accountId: gone.account_id, active: false });
  }

  @Consumes(DirectoryCreated, DirectoryWentLive, DirectoryUpdated, DirectoryDisabled, DirectoryRemoved)
  async directory(@Payload() directory: DirectoryState, @Ctx() { tx }: EventContext): Promise<void> {
    const { id, version, accountId, status } = directory;
    const advanced = await upsertVersioned(tx, 'directories', ['id'], {
      id,
      version,
      account_id: accountId,
      status,
    });
    if (advanced) this.invalidations.add(tx, accountKey(accountId));
  }

  @ConsumesTombstones(directoriesTopic)
  async directoryGone(@Payload() _: null, @Ctx() { tx, key }: EventContext): Promise<void> {
    const [gone] = await tx.query<{ account_id: string }>(
      'delete from directories where id = $1 returning account_id',
      [key],
    );
    if (gone) this.invalidations.add(tx, accountKey(gone.account_id));
  }
}
