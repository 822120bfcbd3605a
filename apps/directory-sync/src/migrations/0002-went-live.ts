import { sqlMigration } from '@gatehouse/database';

export const wentLive = sqlMigration(
  '0002-went-live',
  'alter table directory add column went_live_at timestamptz;',
);
