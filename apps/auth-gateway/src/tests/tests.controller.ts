import { Controller, Inject } from '@nestjs/common';
import type { Caller } from '@gatehouse/contracts';
import { Handles, Input, type InputOf, Problem } from '@gatehouse/service-host';
import { setTimeout as delay } from 'node:timers/promises';
import { Connections, type Connection } from '../connections/connections.service.js';
import { getTest, listTests, startTest } from './tests.operations.js';
import { type TestRow, Tests } from './tests.service.js';

/** A configuration that was given a moment ago: its event gets the time it usually needs. */
const CONFIGURATION_MS = 1_500;

@Controller()
export class TestsController {
  constructor(
    @Inject(Connections) private readonly connections: Connections,
    @Inject(Tests) private readonly tests: Tests,
  ) {}

  @Handles(startTest)
  async start(@Input() { caller, params }: InputOf<typeof startTest>): Promise<{ id: string; url: string }> {
    const until = performance.now() + CONFIGURATION_MS;
    for (;;) {
      const connection = await this.connections.find(params.connectionId);
      if (connection?.draft && maySee(caller, params.accountId, connection))
        return this.tests.create(connection);
      if (performance.now() > until) {
        this.orNotFound(caller, params.accountId, connection);
        throw new Problem('connection_incomplete', 'Give the configuration of the identity provider first.');
      }
      await delay(50);
    }
  }

  @Handles(listTests)
  async list(@Input() { caller, params, query }: InputOf<typeof listTests>): Promise<unknown> {
    const connection = this.orNotFound(
      caller,
      params.accountId,
      await this.connections.find(params.connectionId),
    );
    const rows = await this.tests.list(connection.id, query.limit + 1, query.cursor);
    const page = rows.slice(0, query.limit);
    return {
      items: page.map(viewOf),
      nextCursor: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
    };
  }

  @Handles(getTest)
  async get(@Input() { caller, params }: InputOf<typeof getTest>): Promise<unknown> {
    const connection = this.orNotFound(
      caller,
      params.accountId,
      await this.connections.find(params.connectionId),
    );
    const test = await this.tests.find(connection.id, params.testId);
    if (test) return viewOf(test);
    throw new Problem('not_found', 'There is no such test sign-in.');
  }

  private orNotFound(caller: Caller, accountId: string, connection: Connection | undefined): Connection {
    if (connection && maySee(caller, accountId, connection)) return connection;
    throw new Problem('not_found', 'There is no such connection.');
  }
}

/** Of the account in the path; a set-up session sees the connections all of whose domains are its link's. */
function maySee(caller: Caller, accountId: string, { accountId: owner, domains }: Connection): boolean {
  if (owner !== accountId) return false;
  if (caller.kind !== 'setup') return true;
  return domains.length > 0 && domains.every(({ id }) => caller.domainIds.includes(id));
}

function viewOf({ id, status, code, checks, profile, createdAt }: TestRow): unknown {
  return { id, status, code, checks, profile, createdAt: createdAt.toISOString() };
}
