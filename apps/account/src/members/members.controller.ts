import { Controller } from '@nestjs/common';
import { Handles, Input, type InputOf } from '@gatehouse/service-host';
import { changeRole, inviteMember, listMembers, removeMember } from './members.operations.js';
import { MembersService } from './members.service.js';

@Controller()
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Handles(listMembers)
  list(@Input() { params, query }: InputOf<typeof listMembers>) {
    return this.members.list(params.accountId, query);
  }

  @Handles(inviteMember)
  invite(@Input() { caller, params, body }: InputOf<typeof inviteMember>) {
    return this.members.invite(caller, params.accountId, body);
  }

  @Handles(changeRole)
  changeRole(@Input() { caller, params, body }: InputOf<typeof changeRole>) {
    return this.members.changeRole(caller, params.accountId, params.memberId, body.role);
  }

  @Handles(removeMember)
  remove(@Input() { caller, params }: InputOf<typeof removeMember>) {
    return this.members.remove(caller, params.accountId, params.memberId);
  }
}
