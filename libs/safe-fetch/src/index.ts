export { SafeFetchError, type SafeFetchReason } from './error.js';
export { isPublicAddress } from './addresses.js';
export type { Dial } from './connection.js';
export type { Resolve } from './target.js';
export {
  createAddressCheck,
  createSafeFetch,
  type SafeFetch,
  type SafeFetchOptions,
  type SafeRequest,
  type SafeResponse,
} from './safe-fetch.js';
