import { usableCertificates } from '../options.js';
import { failed, passed, type Check } from '../refusal.js';
import type { ResponseContext } from './context.js';

/** A signature by a certificate whose time is over does not count, unless the connection says so. */
export function certificatesAreValid({ options, now }: ResponseContext): Check {
  const usable = usableCertificates(options, now).length;
  if (usable > 0) return passed('certificate_expired', { received: `${usable} valid certificates` });
  return failed('certificate_expired', {
    expected: 'a certificate that is valid now',
    received: 'only expired certificates',
    hint: "Give the identity provider's present signing certificate: fetch its metadata again.",
  });
}
