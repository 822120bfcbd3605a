import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  InvitationIssued,
  InvitationSettled,
  type InvitationState,
  invitationsTopic,
} from '@gatehouse/contracts';
import { Consumes, ConsumesTombstones, type EventContext, upsertVersioned } from '@gatehouse/eventing';

@Controller()
export class InvitationsConsumer {
  @Consumes(InvitationIssued, InvitationSettled)
  async invitation(@Payload() invitation: InvitationState, @Ctx() { tx }: EventContext): Promise<void> {
    const { id, version, kind, accountId, membershipId, userId, email, tokenHash, expiresAt, status } =
      invitation;
    await upsertVersioned(tx, 'invitations', ['id'], {
      id,
      version,
      kind,
      account_id: accountId,
      membership_id: membershipId,
      user_id: userId,
      email,
      token_hash: tokenHash,
      expires_at: expiresAt,
      status,
    });
  }

  @ConsumesTombstones(invitationsTopic)
  async gone(@Payload() _: null, @Ctx() { tx, key }: EventContext): Promise<void> {
    await tx.query('delete from invitations where id = $1', [key]);
    await tx.query('delete from used_invitations where invitation_id = $1', [key]);
  }
}
