import { Module } from '@nestjs/common';
import { AccountsController } from './accounts/accounts.controller.js';
import { AccountsService } from './accounts/accounts.service.js';
import { DomainEvents } from './admissions/domains.events.js';
import { SignInEvents } from './admissions/sign-ins.events.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditEvents } from './audit/audit.events.js';
import { AuditService } from './audit/audit.service.js';
import { DirectoryEvents } from './directory/directory.events.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { InvitationEvents } from './invitations/invitations.events.js';
import { MembersController } from './members/members.controller.js';
import { MembersService } from './members/members.service.js';
import { PolicyController } from './policy/policy.controller.js';

@Module({
  controllers: [
    AccountsController,
    MembersController,
    InvitationsController,
    PolicyController,
    AuditController,
    DirectoryEvents,
    DomainEvents,
    SignInEvents,
    InvitationEvents,
    AuditEvents,
  ],
  providers: [AccountsService, MembersService, AuditService],
})
export class AccountModule {}
