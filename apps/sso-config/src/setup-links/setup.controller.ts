import { Handles, Input, SETTINGS, type InputOf } from '@gatehouse/service-host';
import { Controller, Inject } from '@nestjs/common';
import type { SsoConfigSettings } from '../settings.js';
import {
  completeSetup,
  exchangeSetupLink,
  readSetup,
  resolveSetupSession,
  saveSetupProgress,
  type SetupView,
} from './setup-links.operations.js';
import { SetupSessionsService, type ResolvedSession } from './setup-sessions.service.js';
import { setupCookie } from './setup-tokens.js';

@Controller()
export class SetupController {
  constructor(
    private readonly sessions: SetupSessionsService,
    @Inject(SETTINGS) private readonly settings: SsoConfigSettings,
  ) {}

  @Handles(exchangeSetupLink)
  async exchange(@Input() { body, reply }: InputOf<typeof exchangeSetupLink>): Promise<SetupView> {
    const { token, expiresAt, view } = await this.sessions.exchange(body.token);
    void reply.header('set-cookie', setupCookie(this.settings.PUBLIC_URL, token, expiresAt));
    void reply.header('referrer-policy', 'no-referrer');
    return view;
  }

  @Handles(readSetup)
  async read(@Input() { caller }: InputOf<typeof readSetup>): Promise<SetupView> {
    return this.sessions.read(caller);
  }

  @Handles(saveSetupProgress)
  async save(@Input() { caller, body }: InputOf<typeof saveSetupProgress>): Promise<SetupView> {
    return this.sessions.saveProgress(caller, body);
  }

  @Handles(completeSetup)
  async complete(@Input() { caller }: InputOf<typeof completeSetup>): Promise<SetupView> {
    return this.sessions.complete(caller);
  }

  @Handles(resolveSetupSession)
  async resolve(@Input() { body }: InputOf<typeof resolveSetupSession>): Promise<ResolvedSession> {
    return this.sessions.resolve(body.token);
  }
}
