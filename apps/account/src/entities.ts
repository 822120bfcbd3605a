import { AccountEntity } from './accounts/account.entity.js';
import { DomainEntity } from './admissions/domain.entity.js';
import { AuditChainEntity } from './audit/audit-chain.entity.js';
import { AuditEntryEntity } from './audit/audit-entry.entity.js';
import { AuditPersonalEntity } from './audit/audit-personal.entity.js';
import { DirectoryUserEntity } from './directory/directory-user.entity.js';
import { DirectoryEntity } from './directory/directory.entity.js';
import { InvitationEntity } from './invitations/invitation.entity.js';
import { MembershipEntity } from './members/membership.entity.js';
import { UserEntity } from './members/user.entity.js';

export const entities = [
  AccountEntity,
  UserEntity,
  MembershipEntity,
  InvitationEntity,
  DirectoryEntity,
  DirectoryUserEntity,
  DomainEntity,
  AuditChainEntity,
  AuditEntryEntity,
  AuditPersonalEntity,
];
