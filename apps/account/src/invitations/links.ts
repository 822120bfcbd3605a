/** Where a person accepts; the token is in the fragment, which browsers send to nobody. */
export function invitationUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/invitation#${token}`;
}
