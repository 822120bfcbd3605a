import { failed, passed, type Check } from '../refusal.js';
import { attribute, children, ns, textOf, type Element } from '../xml.js';
import type { AssertionContext, ResponseContext } from './context.js';

/** SAML bindings §3.5.5.2: a response is delivered where it says. Compared exactly. */
export function destinationIsOurs({ message, options }: ResponseContext): Check {
  const received = attribute(message.root, 'Destination');
  if (received === options.acsUrl) return passed('destination_mismatch', { received });
  return failed('destination_mismatch', {
    expected: options.acsUrl,
    received: received ?? 'no Destination',
    hint: 'Set the ACS URL at the identity provider to exactly the expected value, and use it as destination too.',
  });
}

/** A Response may leave its Issuer out; where it has one, it is the connection's. */
export function responseIssuerIsTheirs({ message, options }: ResponseContext): Check {
  const issuers = children(message.root, ns.assertion, 'Issuer');
  return issuers.length === 0 ? passed('issuer_mismatch') : issuerCheck(issuers, options.idp.entityId);
}

/** Sentry CVE-2025-22146: the issuer decides nothing but whether this connection's own provider speaks. */
export function assertionIssuerIsTheirs({ assertion, options }: AssertionContext): Check {
  return issuerCheck(children(assertion, ns.assertion, 'Issuer'), options.idp.entityId);
}

function issuerCheck(issuers: Element[], expected: string): Check {
  const received = issuers.map((it) => textOf(it) ?? '').join(', ');
  if (issuers.length === 1 && received === expected) return passed('issuer_mismatch', { received });
  return failed('issuer_mismatch', {
    expected,
    received: received || 'no Issuer',
    hint: 'The response comes from another identity provider than the one configured: give its metadata again.',
  });
}

/** Our entity ID is the one audience, in each restriction (SAML core §2.5.1.4). */
export function audienceIsUs({ assertion, options }: AssertionContext): Check {
  const restrictions = children(assertion, ns.assertion, 'Conditions').flatMap((it) =>
    children(it, ns.assertion, 'AudienceRestriction'),
  );
  const audiences = restrictions.map((it) =>
    children(it, ns.assertion, 'Audience').map((audience) => textOf(audience)),
  );
  const received = audiences.flat().join(', ');
  if (audiences.length > 0 && audiences.every((it) => it.includes(options.entityId))) {
    return passed('audience_mismatch', { received });
  }
  return failed('audience_mismatch', {
    expected: options.entityId,
    received: received || 'no audience',
    hint: 'Set the entity ID ("Audience URI", "Identifier") of this application at the identity provider to exactly the expected value.',
  });
}
