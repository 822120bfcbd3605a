import { Controller, Inject } from '@nestjs/common';
import { Handles, Input, type InputOf, SETTINGS } from '@gatehouse/service-host';
import { refuseForeignOrigin } from '../browser/csrf.js';
import type { GatewaySettings } from '../settings.js';
import { Credentials } from './credentials.service.js';
import { Invitations } from './invitations.service.js';
import {
  acceptInvitation,
  requestPasswordReset,
  resetPassword,
  signInByPassword,
} from './local.operations.js';
import { PasswordResets } from './resets.service.js';

@Controller()
export class LocalController {
  constructor(
    @Inject(Credentials) private readonly credentials: Credentials,
    @Inject(Invitations) private readonly invitations: Invitations,
    @Inject(PasswordResets) private readonly resets: PasswordResets,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  @Handles(signInByPassword)
  async signIn(
    @Input() { body, request, reply }: InputOf<typeof signInByPassword>,
  ): Promise<{ csrfToken: string }> {
    refuseForeignOrigin(request, this.settings.PUBLIC_URL);
    const session = await this.credentials.signIn(body.email, body.password, request);
    void reply.header('set-cookie', session.setCookie);
    return { csrfToken: session.csrfToken };
  }

  @Handles(acceptInvitation)
  async accept(@Input() { body, request, reply }: InputOf<typeof acceptInvitation>): Promise<unknown> {
    refuseForeignOrigin(request, this.settings.PUBLIC_URL);
    const { accountId, next, session } = await this.invitations.accept(
      body.token,
      body.name,
      body.password,
      request,
    );
    if (session) void reply.header('set-cookie', session.setCookie);
    return { accountId, next, csrfToken: session?.csrfToken ?? null };
  }

  @Handles(requestPasswordReset)
  async requestReset(@Input() { body, request }: InputOf<typeof requestPasswordReset>): Promise<void> {
    refuseForeignOrigin(request, this.settings.PUBLIC_URL);
    await this.resets.request(body.email, request);
  }

  @Handles(resetPassword)
  async reset(
    @Input() { body, request, reply }: InputOf<typeof resetPassword>,
  ): Promise<{ csrfToken: string }> {
    refuseForeignOrigin(request, this.settings.PUBLIC_URL);
    const session = await this.resets.reset(body.token, body.password, request);
    void reply.header('set-cookie', session.setCookie);
    return { csrfToken: session.csrfToken };
  }
}
