import { codeIsThere, issuerParameterFits, providerSucceeded } from './callback.js';
import type { CallbackContext, CheckOf, PersonContext, TokenContext } from './context.js';
import { emailDomainIsEnabled, emailIsAnAddress, emailIsNotUnverified, hostedDomainFits } from './person.js';
import { accessTokenFits, authorizedPartyIsUs, nonceFits, subjectIsUsable, tenantFits } from './token.js';

/** Once the state is known, and taken: is this the answer of the provider that was asked? */
export const callbackChecks: readonly CheckOf<CallbackContext>[] = [
  issuerParameterFits,
  providerSucceeded,
  codeIsThere,
];

/** Once jose has verified signature, issuer, audience and times: is the token for this client, browser and request? */
export const tokenChecks: readonly CheckOf<TokenContext>[] = [
  authorizedPartyIsUs,
  subjectIsUsable,
  nonceFits,
  accessTokenFits,
  tenantFits,
];

/** Is it somebody for whom this connection may speak? */
export const personChecks: readonly CheckOf<PersonContext>[] = [
  hostedDomainFits,
  emailIsAnAddress,
  emailIsNotUnverified,
  emailDomainIsEnabled,
];
