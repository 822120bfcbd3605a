import { Handles, Input, type InputOf } from '@gatehouse/service-host';
import { Controller } from '@nestjs/common';
import { ActivationService } from './activation.service.js';
import type { ConnectionView } from './connection-views.js';
import {
  activateConnection,
  changeConnection,
  configureOidc,
  configureSaml,
  createConnection,
  disableConnection,
  getConnection,
  listConnections,
  removeConnection,
} from './connections.operations.js';
import { ConnectionsService } from './connections.service.js';

@Controller()
export class ConnectionsController {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly activation: ActivationService,
  ) {}

  @Handles(listConnections)
  async list(@Input() { caller, params, query }: InputOf<typeof listConnections>): Promise<unknown> {
    return this.connections.list(caller, params.accountId, query);
  }

  @Handles(createConnection)
  async create(@Input() { caller, params, body }: InputOf<typeof createConnection>): Promise<ConnectionView> {
    return this.connections.create(caller, params.accountId, body);
  }

  @Handles(getConnection)
  async get(@Input() { caller, params }: InputOf<typeof getConnection>): Promise<ConnectionView> {
    return this.connections.get(caller, params.accountId, params.connectionId);
  }

  @Handles(changeConnection)
  async change(@Input() { caller, params, body }: InputOf<typeof changeConnection>): Promise<ConnectionView> {
    return this.connections.change(caller, params.accountId, params.connectionId, body);
  }

  @Handles(removeConnection)
  async remove(@Input() { caller, params }: InputOf<typeof removeConnection>): Promise<void> {
    await this.connections.remove(caller, params.accountId, params.connectionId);
  }

  @Handles(configureSaml)
  async saml(@Input() { caller, params, body }: InputOf<typeof configureSaml>): Promise<ConnectionView> {
    return this.connections.configureSaml(caller, params.accountId, params.connectionId, body);
  }

  @Handles(configureOidc)
  async oidc(@Input() { caller, params, body }: InputOf<typeof configureOidc>): Promise<ConnectionView> {
    return this.connections.configureOidc(caller, params.accountId, params.connectionId, body);
  }

  @Handles(activateConnection)
  async activate(@Input() { caller, params }: InputOf<typeof activateConnection>): Promise<ConnectionView> {
    return this.activation.activate(caller, params.accountId, params.connectionId);
  }

  @Handles(disableConnection)
  async disable(@Input() { caller, params }: InputOf<typeof disableConnection>): Promise<ConnectionView> {
    return this.activation.disable(caller, params.accountId, params.connectionId);
  }
}
