import { Handles, Input, type InputOf } from '@gatehouse/service-host';
import { Controller } from '@nestjs/common';
import {
  claimDomain,
  disableDomain,
  enableDomain,
  listDomains,
  removeDomain,
  verifyDomain,
  type DomainView,
} from './domains.operations.js';
import { DomainsService } from './domains.service.js';

@Controller()
export class DomainsController {
  constructor(private readonly domains: DomainsService) {}

  @Handles(listDomains)
  async list(@Input() { params, query }: InputOf<typeof listDomains>): Promise<unknown> {
    return this.domains.list(params.accountId, query);
  }

  @Handles(claimDomain)
  async claim(@Input() { caller, params, body }: InputOf<typeof claimDomain>): Promise<DomainView> {
    return this.domains.claim(caller, params.accountId, body.name);
  }

  @Handles(removeDomain)
  async remove(@Input() { caller, params }: InputOf<typeof removeDomain>): Promise<void> {
    await this.domains.remove(caller, params.accountId, params.domainId);
  }

  @Handles(verifyDomain)
  async verify(@Input() { caller, params }: InputOf<typeof verifyDomain>): Promise<DomainView> {
    return this.domains.verify(caller, params.accountId, params.domainId);
  }

  @Handles(enableDomain)
  async enable(@Input() { caller, params }: InputOf<typeof enableDomain>): Promise<DomainView> {
    return this.domains.enable(caller, params.accountId, params.domainId);
  }

  @Handles(disableDomain)
  async disable(@Input() { caller, params }: InputOf<typeof disableDomain>): Promise<DomainView> {
    return this.domains.disable(caller, params.accountId, params.domainId);
  }
}
