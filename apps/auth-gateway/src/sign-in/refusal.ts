/** A sign-in that is refused. The code goes into events, logs and metrics; outside there is a uniform page. */
export class SignInRefusal extends Error {
  override readonly name = 'SignInRefusal';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Refusals that say nothing about how a message was checked: the identity provider vouched for the person, who learns
 * why that is not enough here.
 */
export const explanations: Readonly<Record<string, string>> = {
  not_a_member:
    'You are not a member of this account. Ask its admin, or your IT department, to give you access.',
  deprovisioned: 'Your access was removed by your organisation. Ask your IT department if you need it.',
  email_conflict: 'Your email address belongs to another person here. Ask your IT department to correct it.',
  account_closed: 'This account was closed.',
  domain_not_enabled: 'Your email domain is not enabled for single sign-on in this account.',
  email_domain_not_enabled: 'Your email domain is not enabled for single sign-on in this account.',
  connection_inactive: 'Single sign-on is not switched on for this account at the moment. Ask its admin.',
  admission_pending: 'Setting up your access takes longer than usual. Sign in again in a minute.',
  access_denied:
    'Your identity provider did not let you in. You may have cancelled, or not be assigned to this application.',
};
