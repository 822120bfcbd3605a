import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type EventData, Heartbeat } from '@gatehouse/contracts';
import { Consumes, type EventContext, upsertVersioned } from '@gatehouse/eventing';

type HeartbeatData = EventData<typeof Heartbeat>;

@Controller()
export class HeartbeatsConsumer {
  @Consumes(Heartbeat)
  async beat(@Payload() { service, version, at }: HeartbeatData, @Ctx() { tx }: EventContext): Promise<void> {
    await upsertVersioned(tx, 'heartbeats', ['service'], { service, version, at });
  }
}
