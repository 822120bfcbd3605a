import { failed, passed, type Check } from '../refusal.js';
import { attribute, children, ns } from '../xml.js';
import type { ResponseContext } from './context.js';

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success';

/** SAML core §3.2.2.2: an assertion counts only in a response of status Success. */
export function statusIsSuccess({ message }: ResponseContext): Check {
  const statuses = children(message.root, ns.protocol, 'Status');
  const codes = statuses.flatMap((status) => children(status, ns.protocol, 'StatusCode'));
  const received = codes.map((code) => attribute(code, 'Value') ?? '');
  if (statuses.length === 1 && received.length === 1 && received[0] === success) {
    return passed('status_not_success', { received: success });
  }
  const nested = codes
    .flatMap((code) => children(code, ns.protocol, 'StatusCode'))
    .map((it) => attribute(it, 'Value'));
  return failed('status_not_success', {
    expected: success,
    received: [...received, ...nested].join(', '),
    hint: 'The identity provider refused the sign-in: look into its own log, and whether the person is assigned to this application.',
  });
}
