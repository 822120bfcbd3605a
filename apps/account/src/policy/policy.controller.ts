import { Controller } from '@nestjs/common';
import { Handles, Input, type InputOf } from '@gatehouse/service-host';
import { AccountsService } from '../accounts/accounts.service.js';
import { readPolicy, writePolicy } from './policy.operations.js';

@Controller()
export class PolicyController {
  constructor(private readonly accounts: AccountsService) {}

  @Handles(readPolicy)
  async read(@Input() { params }: InputOf<typeof readPolicy>) {
    return (await this.accounts.get(params.accountId)).policy;
  }

  @Handles(writePolicy)
  write(@Input() { caller, params, body }: InputOf<typeof writePolicy>) {
    return this.accounts.changePolicy(caller, params.accountId, body);
  }
}
