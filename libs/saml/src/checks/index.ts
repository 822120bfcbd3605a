import type { Check } from '../refusal.js';
import { emailDomainIsEnabled, emailIsAnAddress, mappedAttributesAreSingle } from './attributes.js';
import { certificatesAreValid } from './certificates.js';
import type { AssertionContext, ResponseContext } from './context.js';
import { identifiersAreUnique } from './identifiers.js';
import {
  assertionIssuerIsTheirs,
  audienceIsUs,
  destinationIsOurs,
  responseIssuerIsTheirs,
} from './parties.js';
import { oneAssertionInPlace } from './placement.js';
import { browserIsTheSame, requestIsKnown, responseIsSolicited } from './request.js';
import { signaturesAreStrong, signaturesAreWellFormed, signaturesArePresent } from './signature-form.js';
import { statusIsSuccess } from './status.js';
import {
  assertionAnswersTheRequest,
  confirmationIsBearer,
  recipientIsUs,
  subjectIsPlain,
} from './subject.js';
import { conditionsAreStated, timesHold } from './times.js';

/** Before the signatures are verified, in this order: what can refuse a response and vouches for nothing. */
export const responseChecks: readonly ((context: ResponseContext) => Check)[] = [
  statusIsSuccess,
  oneAssertionInPlace,
  identifiersAreUnique,
  signaturesArePresent,
  (context) => signaturesAreWellFormed(context),
  signaturesAreStrong,
  certificatesAreValid,
  responseIsSolicited,
  requestIsKnown,
  browserIsTheSame,
  destinationIsOurs,
  responseIssuerIsTheirs,
];

/** After node-saml has verified the signatures, on the signed bytes alone. */
export const assertionChecks: readonly ((context: AssertionContext) => Check)[] = [
  assertionIssuerIsTheirs,
  conditionsAreStated,
  audienceIsUs,
  subjectIsPlain,
  confirmationIsBearer,
  recipientIsUs,
  assertionAnswersTheRequest,
  timesHold,
  mappedAttributesAreSingle,
  emailIsAnAddress,
  emailDomainIsEnabled,
];
