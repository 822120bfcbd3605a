export type { StartedAuthorization } from './checks/context.js';
export { acceptedAlgorithms, checkDiscovery, type Discovery, type DiscoveryOptions } from './discovery.js';
export { KeySets } from './key-sets.js';
export type { OidcConnectionOptions } from './options.js';
export { OidcRefusal, type Check, type OidcReason } from './refusal.js';
export {
  newAuthorization,
  OidcRelyingParty,
  type CallbackInput,
  type OidcIdentity,
  type OidcVerdict,
} from './relying-party.js';
