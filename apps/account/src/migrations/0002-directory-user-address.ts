import { sqlMigration } from '@gatehouse/database';

export const directoryUserAddress = sqlMigration(
  '0002-directory-user-address',
  'CREATE INDEX directory_users_account_email ON directory_users (account_id, email);',
);
