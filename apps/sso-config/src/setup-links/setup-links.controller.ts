import { Handles, Input, type InputOf } from '@gatehouse/service-host';
import { Controller } from '@nestjs/common';
import { createSetupLink, listSetupLinks, revokeSetupLink } from './setup-links.operations.js';
import { SetupLinksService } from './setup-links.service.js';

@Controller()
export class SetupLinksController {
  constructor(private readonly links: SetupLinksService) {}

  @Handles(listSetupLinks)
  async list(@Input() { params, query }: InputOf<typeof listSetupLinks>): Promise<unknown> {
    return this.links.list(params.accountId, query);
  }

  @Handles(createSetupLink)
  async create(@Input() { caller, params, body }: InputOf<typeof createSetupLink>): Promise<unknown> {
    return this.links.create(caller, params.accountId, body);
  }

  @Handles(revokeSetupLink)
  async revoke(@Input() { caller, params }: InputOf<typeof revokeSetupLink>): Promise<void> {
    await this.links.revoke(caller, params.accountId, params.linkId);
  }
}
