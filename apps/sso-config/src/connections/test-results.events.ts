import { ConnectionUpdated, TestSignInCompleted, type EventData } from '@gatehouse/contracts';
import { Consumes, Outbox, type EventContext } from '@gatehouse/eventing';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { findConnections, nextVersionSql } from './connection-rows.js';
import { publishConnection } from './connections.events.js';

type TestResult = EventData<typeof TestSignInCompleted>;

@Controller()
export class TestResultsEvents {
  constructor(private readonly outbox: Outbox) {}

  /**
   * Notes a success of the present configuration. A test of a version that was edited since says nothing about what
   * would be activated, and a failure takes no earlier success back. Repeats change nothing, so no inbox is needed.
   */
  @Consumes(TestSignInCompleted)
  async completed(@Payload() result: TestResult, @Ctx() { tx }: EventContext): Promise<void> {
    if (result.status !== 'succeeded') return;
    const noted = await tx.query(
      `update connections
       set tested_version = $3, version = ${nextVersionSql}, status = case status when 'draft' then 'tested' else status end
       where id = $1 and account_id = $2 and config_version = $3 and config is not null and tested_version is distinct from $3
       returning id`,
      [result.connectionId, result.accountId, result.configVersion],
    );
    if (noted.length === 0) return;
    const [connection] = await findConnections(tx, 'c.id = $1', [result.connectionId]);
    if (connection !== undefined) publishConnection(tx, this.outbox, ConnectionUpdated, connection);
  }
}
