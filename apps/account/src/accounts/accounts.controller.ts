import { Controller } from '@nestjs/common';
import { Handles, Input, type InputOf } from '@gatehouse/service-host';
import {
  closeAccount,
  createAccount,
  listAccounts,
  readAccount,
  updateAccount,
} from './accounts.operations.js';
import { AccountsService } from './accounts.service.js';

@Controller()
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Handles(createAccount)
  create(@Input() { caller, body }: InputOf<typeof createAccount>) {
    return this.accounts.create(caller, body);
  }

  @Handles(listAccounts)
  list(@Input() { query }: InputOf<typeof listAccounts>) {
    return this.accounts.list(query);
  }

  @Handles(readAccount)
  read(@Input() { params }: InputOf<typeof readAccount>) {
    return this.accounts.get(params.accountId);
  }

  @Handles(updateAccount)
  update(@Input() { caller, params, body }: InputOf<typeof updateAccount>) {
    return this.accounts.update(caller, params.accountId, body);
  }

  @Handles(closeAccount)
  close(@Input() { caller, params }: InputOf<typeof closeAccount>) {
    return this.accounts.close(caller, params.accountId);
  }
}
