import { failed, passed, type Check } from '../refusal.js';
import { attribute, descendants } from '../xml.js';
import type { ResponseContext } from './context.js';

/** The request ID that the response itself names; the assertion has to repeat it. */
export function inResponseToOf({ root }: { root: ResponseContext['message']['root'] }): string | undefined {
  return attribute(root, 'InResponseTo');
}

/** A response answers a request of ours, unless the connection takes unsolicited ones (SAML profiles §4.1.5). */
export function responseIsSolicited({ message, options }: ResponseContext): Check {
  if (inResponseToOf(message) !== undefined) return passed('unsolicited');
  const named = [...descendants(message.root)].some(
    ({ element }) => attribute(element, 'InResponseTo') !== undefined,
  );
  if (named) {
    return failed('in_response_to_missing', {
      expected: 'InResponseTo on the response and on the subject confirmation',
      received: 'on the subject confirmation alone',
      hint: 'The response does not name the request that it answers.',
    });
  }
  if (options.allowUnsolicited) return passed('unsolicited', { received: 'unsolicited; allowed here' });
  return failed('unsolicited', {
    expected: 'a response to a request of ours',
    received: 'a response without InResponseTo',
    hint: "Start the sign-in here, with the email address. A start from the identity provider's own portal is not allowed for this connection.",
  });
}

/** The request is one of this connection's, and nobody has used it yet. */
export function requestIsKnown({ message, options, request }: ResponseContext): Check {
  const id = inResponseToOf(message);
  if (id === undefined) return passed('in_response_to_unknown', { received: 'no request' });
  if (request !== null && request.connectionId === options.connectionId)
    return passed('in_response_to_unknown');
  return failed('in_response_to_unknown', {
    expected: 'the ID of a sign-in that was started here within ten minutes',
    received: id,
    hint: 'Start the sign-in again. Each can be finished once, within ten minutes.',
  });
}

/** Otherwise an attacker's own, fresh response would sign the victim in as the attacker. */
export function browserIsTheSame({ request }: ResponseContext): Check {
  if (request === null || request.sameBrowser) return passed('browser_mismatch');
  return failed('browser_mismatch', {
    expected: 'the browser that the sign-in was started in',
    received: 'another browser, or one that keeps no cookies',
    hint: 'Start and finish the sign-in in one browser, with cookies allowed.',
  });
}
