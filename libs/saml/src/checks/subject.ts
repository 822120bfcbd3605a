import { failed, passed, type Check } from '../refusal.js';
import { attribute, childElements, children, ns, textOf, transientFormat, type Element } from '../xml.js';
import type { AssertionContext } from './context.js';
import { inResponseToOf } from './request.js';

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

export interface SubjectParts {
  readonly nameId: Element;
  readonly confirmation: Element;
  readonly data: Element;
}

/** The parts of a subject, where each is there exactly once. */
export function subjectOf(assertion: Element): SubjectParts | undefined {
  const subjects = children(assertion, ns.assertion, 'Subject');
  const [nameId, ...moreNames] = subjects.flatMap((it) => children(it, ns.assertion, 'NameID'));
  const [confirmation, ...moreConfirmations] = subjects.flatMap((it) =>
    children(it, ns.assertion, 'SubjectConfirmation'),
  );
  const [data, ...moreData] = confirmation
    ? children(confirmation, ns.assertion, 'SubjectConfirmationData')
    : [];
  const single = subjects.length === 1 && moreNames.length + moreConfirmations.length + moreData.length === 0;
  return single && nameId && confirmation && data ? { nameId, confirmation, data } : undefined;
}

export function subjectIsPlain({ assertion, options }: AssertionContext): Check {
  const parts = subjectOf(assertion);
  const name = textOf(parts?.nameId);
  if (parts === undefined || !name || childElements(parts.nameId).length > 0 || name.length > 1024) {
    return failed('subject_malformed', {
      expected: 'one Subject with one NameID and one SubjectConfirmation',
      received:
        parts === undefined ? 'none, or several' : 'a NameID that is empty, too long or not plain text',
      hint: 'Set a NameID (email address, or a persistent identifier) at the identity provider.',
    });
  }
  if (attribute(parts.nameId, 'Format') === transientFormat && options.attributeMapping.id === undefined) {
    return failed('subject_malformed', {
      expected: 'a NameID that stays the same at each sign-in',
      received: transientFormat,
      hint: 'Set the NameID format to email address or persistent, or name a stable attribute for the id.',
    });
  }
  return passed('subject_malformed', { received: 'one NameID' });
}

/** Other methods need a proof that a browser does not give (SAML profiles §3). */
export function confirmationIsBearer({ assertion }: AssertionContext): Check {
  const received = attribute(subjectOf(assertion)!.confirmation, 'Method');
  if (received === bearer) return passed('confirmation_method', { received });
  return failed('confirmation_method', {
    expected: bearer,
    received: received ?? 'no method',
    hint: 'Use the Web Browser SSO profile at the identity provider.',
  });
}

/** SAML profiles §4.1.4.2: Recipient is where the assertion may be delivered. Compared exactly. */
export function recipientIsUs({ assertion, options }: AssertionContext): Check {
  const received = attribute(subjectOf(assertion)!.data, 'Recipient');
  if (received === options.acsUrl) return passed('recipient_mismatch', { received });
  return failed('recipient_mismatch', {
    expected: options.acsUrl,
    received: received ?? 'no Recipient',
    hint: 'Set the ACS URL ("Recipient") at the identity provider to exactly the expected value.',
  });
}

/** The signed assertion itself names the request: the response around it may be unsigned, and anyone's. */
export function assertionAnswersTheRequest({ assertion, message }: AssertionContext): Check {
  const expected = inResponseToOf(message);
  const received = attribute(subjectOf(assertion)!.data, 'InResponseTo');
  if (received === expected) return passed('in_response_to_missing');
  return failed('in_response_to_missing', {
    expected: expected ?? 'no InResponseTo',
    received: received ?? 'no InResponseTo',
    hint: 'The assertion does not name the request that it answers.',
  });
}
