import { defineService } from '@gatehouse/service-host';
import {
  AccountProjection,
  DirectoryProjection,
  DirectoryUserProjection,
  HeartbeatProjection,
  MembershipProjection,
} from './access/projections.entity.js';
import { ApiKeyEntity } from './api-keys/api-key.entity.js';
import { ConnectionProjection, DomainProjection } from './connections/connection.entity.js';
import { GatewayModule } from './gateway.module.js';
import {
  CredentialEntity,
  InvitationProjection,
  PasswordFailureEntity,
  PasswordResetEntity,
  RateLimitEntity,
  UsedInvitationEntity,
} from './local/local.entity.js';
import { migrations } from './migrations/index.js';
import { SessionAuthenticationEntity, SessionEntity } from './sessions/session.entity.js';
import { gatewaySettings } from './settings.js';
import {
  AdmissionProjection,
  IdentityLinkEntity,
  SignInRequestEntity,
  TestSignInEntity,
  UsedAssertionEntity,
} from './sign-in/sign-in.entity.js';

const entities = [
  AccountProjection,
  MembershipProjection,
  DirectoryProjection,
  DirectoryUserProjection,
  HeartbeatProjection,
  DomainProjection,
  ConnectionProjection,
  InvitationProjection,
  UsedInvitationEntity,
  SessionEntity,
  SessionAuthenticationEntity,
  CredentialEntity,
  PasswordResetEntity,
  PasswordFailureEntity,
  RateLimitEntity,
  ApiKeyEntity,
  SignInRequestEntity,
  UsedAssertionEntity,
  IdentityLinkEntity,
  AdmissionProjection,
  TestSignInEntity,
];

export const service = defineService({
  name: 'auth-gateway',
  schema: 'auth_gateway',
  port: 8080,
  metricsPort: 9464,
  settings: gatewaySettings,
  entities,
  migrations,
  module: GatewayModule,
  resolvesCallers: true,
});
