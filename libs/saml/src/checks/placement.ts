import { failed, passed, type Check } from '../refusal.js';
import { children, descendants, is, ns } from '../xml.js';
import type { ResponseContext } from './context.js';

/**
 * One assertion, directly in the response, and none elsewhere: signature wrapping needs a second one, in Extensions,
 * Object or Advice (Somorovsky et al., "On Breaking SAML", 2012).
 */
export function oneAssertionInPlace({ message }: ResponseContext): Check {
  const everywhere = [...descendants(message.root)].map(({ element }) => element);
  if (everywhere.some((it) => it.localName === 'EncryptedAssertion' || it.localName === 'EncryptedID')) {
    return failed('encryption_not_supported', {
      expected: 'an assertion that is signed and not encrypted',
      received: 'an encrypted assertion',
      hint: 'Turn assertion encryption off at the identity provider: TLS protects the message on its way.',
    });
  }
  const assertions = everywhere.filter((it) => it.localName === 'Assertion');
  const inPlace = children(message.root, ns.assertion, 'Assertion');
  const responses = everywhere.filter((it) => it.localName === 'Response' && is(it, ns.protocol, 'Response'));
  if (assertions.length === 1 && inPlace.length === 1 && responses.length === 1) {
    return passed('assertion_count', { received: 'one assertion' });
  }
  return failed('assertion_count', {
    expected: 'one assertion, directly in the response',
    received: `${assertions.length} assertions, ${inPlace.length} in place`,
    hint: 'The response must hold exactly one assertion.',
  });
}
