import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  DomainDisabled,
  DomainEnabled,
  DomainLost,
  DomainRemoved,
  domainsTopic,
  type DomainState,
  DomainVerified,
} from '@gatehouse/contracts';
import {
  Consumes,
  ConsumesTombstones,
  type EventContext,
  Outbox,
  upsertVersioned,
} from '@gatehouse/eventing';
import { placeEverybody } from '../directory/directories.js';

/** Which account owns which email domain: whose directory and whose identity provider may speak for an address. */
@Controller()
export class DomainEvents {
  constructor(private readonly outbox: Outbox) {}

  @Consumes(DomainVerified, DomainEnabled, DomainDisabled, DomainLost, DomainRemoved)
  async onDomain(@Payload() state: DomainState, @Ctx() { tx }: EventContext): Promise<void> {
    const { name, version, accountId, status } = state;
    const isNew = await upsertVersioned(tx, 'domains', ['name'], {
      name,
      version,
      account_id: accountId,
      status,
    });
    // The directory may have spoken of people of this domain before this was heard.
    if (isNew && status === 'enabled') await placeEverybody(tx, this.outbox, accountId);
  }

  @ConsumesTombstones(domainsTopic)
  async onForgotten(@Payload() _: null, @Ctx() { tx, key }: EventContext): Promise<void> {
    await tx.query(`DELETE FROM domains WHERE name = $1`, [key]);
  }
}
