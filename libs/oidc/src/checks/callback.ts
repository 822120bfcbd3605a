import { refuse, type Check } from '../refusal.js';
import type { CallbackContext } from './context.js';

/** RFC 9207 §2.4: exact where it is there, required where the provider announced it. Against mix-up. */
export function issuerParameterFits({ options, params }: CallbackContext): Check {
  const iss = params.get('iss');
  if (iss === options.issuer || (iss === undefined && !options.issParameterSupported))
    return { code: 'issuer_parameter_mismatch', ok: true };
  return refuse('issuer_parameter_mismatch', {
    expected: options.issuer,
    received: iss ?? 'no iss',
    hint: 'The answer came from another identity provider than the one that was asked.',
  });
}

/** RFC 6749 §4.1.2.1. What the provider says is kept for admins, and never shown as HTML. */
export function providerSucceeded({ params }: CallbackContext): Check {
  const error = params.get('error');
  if (error === undefined) return { code: 'provider_error', ok: true };
  const received = [error, params.get('error_description')].filter(Boolean).join(': ');
  if (error === 'access_denied')
    return refuse('access_denied', {
      received,
      hint: 'The person or the identity provider declined. Check that the person is assigned to the application.',
    });
  return refuse('provider_error', { received, hint: 'The identity provider refused the request.' });
}

export function codeIsThere({ params }: CallbackContext): Check {
  if (params.get('code')) return { code: 'code_missing', ok: true };
  return refuse('code_missing', {
    expected: 'a code',
    hint: 'The identity provider sent no code. Let the client use the authorization code flow.',
  });
}
