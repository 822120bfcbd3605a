import { canonicalEmail, emailDomain } from '@gatehouse/contracts';
import { refuse, type Check } from '../refusal.js';
import type { PersonContext } from './context.js';

/** Google signs anybody in: only `hd` says that the account belongs to the domain's organisation. */
export function hostedDomainFits({ claims, options, enabledDomains }: PersonContext): Check {
  if (options.issuer !== 'https://accounts.google.com') return { code: 'hosted_domain_mismatch', ok: true };
  const { hd } = claims;
  if (typeof hd === 'string' && (enabledDomains === null || enabledDomains.includes(hd.toLowerCase())))
    return { code: 'hosted_domain_mismatch', ok: true };
  return refuse('hosted_domain_mismatch', {
    expected: enabledDomains?.join(', ') ?? 'a hosted domain',
    received: typeof hd === 'string' ? hd : 'no hd',
    hint: 'This Google account does not belong to the organisation of the domain.',
  });
}

// Control and format characters, and the full-width forms that some normalisation turns into ASCII.
const deceiving = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFF00-\uFFEF]/u;

export function emailIsAnAddress({ claims: { email } }: PersonContext): Check {
  if (email === undefined || email === null || email === '')
    return refuse('email_missing', {
      expected: 'the claim email',
      hint: 'Let the provider send the email address: add the scope or claim email to the client.',
    });
  if (typeof email === 'string' && !deceiving.test(email) && canonicalEmail(email) !== undefined)
    return { code: 'email_malformed', ok: true, received: email };
  return refuse('email_malformed', {
    expected: 'an email address such as person@example.com',
    hint: 'The claim email holds something that is no email address.',
  });
}

/** Some providers send the boolean as a string. Where it is missing, the domain of this account vouches. */
export function emailIsNotUnverified({ claims }: PersonContext): Check {
  const verified = claims['email_verified'];
  if (verified === undefined || verified === true || verified === 'true')
    return { code: 'email_unverified', ok: true };
  return refuse('email_unverified', {
    expected: 'email_verified true',
    received: JSON.stringify(verified),
    hint: 'The identity provider says that the email address is not verified. Verify it there.',
  });
}

/** CVE-2025-22146 and kin: a tenant's provider vouches for its own domains and for nobody else's. */
export function emailDomainIsEnabled({ claims, enabledDomains }: PersonContext): Check {
  const domain = emailDomain(canonicalEmail(String(claims['email'])) ?? '');
  if (enabledDomains === null || enabledDomains.includes(domain))
    return { code: 'email_domain_not_enabled', ok: true, received: domain };
  return refuse('email_domain_not_enabled', {
    expected: enabledDomains.join(', ') || 'no domain is enabled',
    received: domain,
    hint: 'Enable the domain of this address for the connection, or sign in as somebody of an enabled domain.',
  });
}
