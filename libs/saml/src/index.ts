export { isEmailDomainEnabled } from './checks/attributes.js';
export type { StartedRequest } from './checks/context.js';
export {
  SamlConnection,
  type Consumption,
  type SamlIdentity,
  type SamlVerdict,
  type SignInStart,
  type VerifyInput,
} from './connection.js';
export { byteGate, type GatedMessage, type PostedForm } from './gate/byte-gate.js';
export { inResponseTo } from './gate/peek.js';
export {
  logoutResponseUrl,
  verifyPostedLogout,
  verifyRedirectedLogout,
  type LogoutRequest,
} from './logout/logout.js';
export { certificateFromInput, type Certificate } from './metadata/certificate.js';
export { parseIdpMetadata, type IdpMetadata, type MetadataOptions } from './metadata/idp-metadata.js';
export { serviceProviderMetadata, type ServiceProvider } from './metadata/sp-metadata.js';
export type { AttributeMapping, SamlConnectionOptions } from './options.js';
export { SamlRefusal, type Check, type SamlReason } from './refusal.js';
