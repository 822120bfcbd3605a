/** A directory user as last heard of. */
export interface DirectoryUser {
  id: string;
  version: number;
  accountId: string;
  directoryId: string;
  externalId: string | null;
  email: string;
  displayName: string;
  active: boolean;
}

export const directoryUserColumns = `du.id, du.version, du.account_id AS "accountId", du.directory_id AS "directoryId",
  du.external_id AS "externalId", du.email, du.display_name AS "displayName", du.active`;
