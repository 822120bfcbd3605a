import { Module } from '@nestjs/common';
import { Connections } from '../connections/connections.service.js';
import { OidcController } from '../oidc/oidc.controller.js';
import { SamlController } from '../saml/saml.controller.js';
import { TestsController } from '../tests/tests.controller.js';
import { Tests } from '../tests/tests.service.js';
import { Admissions, AdmissionsConsumer } from './admissions.service.js';
import { Callback } from './callback.service.js';
import { Completion } from './completion.service.js';
import { IdentityLinks } from './identity-links.service.js';
import { SignInMaintenance } from './maintenance.service.js';
import { Outcomes } from './outcomes.service.js';
import { Protocols } from './protocols.service.js';
import { SignInRequests } from './requests.service.js';
import { SignInController } from './sign-in.controller.js';
import { SignInStart } from './start.service.js';

/** Sign-in through identity providers: discovery, start, the two protocols' answers, first sign-ins, tests. */
@Module({
  controllers: [SignInController, SamlController, OidcController, TestsController, AdmissionsConsumer],
  providers: [
    Connections,
    SignInRequests,
    Protocols,
    SignInStart,
    Callback,
    Completion,
    IdentityLinks,
    Admissions,
    Outcomes,
    Tests,
    SignInMaintenance,
  ],
})
export class SignInModule {}
