/** What this service reads of its settings. */
export interface AccountSettings {
  PUBLIC_URL: string;
}
