import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { AdmissionDecided, SignedIn, type SignedInData } from '@gatehouse/contracts';
import { Consumes, type EventContext, onceInInbox, Outbox } from '@gatehouse/eventing';
import { decideAdmission } from './admission.js';

/** Answers sign-ins through identity providers. The callback page waits for it at a person's first. */
@Controller()
export class SignInEvents {
  constructor(private readonly outbox: Outbox) {}

  @Consumes(SignedIn)
  async onSignedIn(@Payload() signIn: SignedInData, @Ctx() { tx, id }: EventContext): Promise<void> {
    // A sign-in that is heard of again, days later, must not make a member under the policy of that day.
    if (!(await onceInInbox(tx, id))) return;
    this.outbox.append(tx, AdmissionDecided, await decideAdmission(tx, this.outbox, signIn));
  }
}
