import type { Settings } from '../settings.js';

/** The directory's SCIM base URL, without a slash at its end. */
export function directoryBaseUrl(settings: Pick<Settings, 'PUBLIC_URL'>, directoryId: string): string {
  return `${settings.PUBLIC_URL.replace(/\/+$/, '')}/scim/v2/${directoryId}`;
}
