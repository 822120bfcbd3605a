import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '@gatehouse/service-host';
import { createTransport, type Transporter } from 'nodemailer';
import type { GatewaySettings } from '../settings.js';

/** Mail through SMTP_URL. Without it there is none, and links are made by an administrator or the operator. */
@Injectable()
export class Mailer {
  private readonly transport: Transporter | undefined;

  constructor(@Inject(SETTINGS) private readonly settings: GatewaySettings) {
    this.transport = settings.SMTP_URL === undefined ? undefined : createTransport(settings.SMTP_URL);
  }

  get isConfigured(): boolean {
    return this.transport !== undefined;
  }

  async send(to: string, subject: string, text: string): Promise<void> {
    await this.transport?.sendMail({ from: this.settings.MAIL_FROM, to, subject, text });
  }
}
