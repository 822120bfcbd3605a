import { Injectable } from '@nestjs/common';
import type { Tx } from '@gatehouse/database';

/** A person as a verified assertion or ID token names them. */
export interface VerifiedIdentity {
  subject: string;
  subjectIsEmail: boolean;
  nameId: string | null;
  /** Canonical. */
  email: string;
  name: string;
}

export interface LinkedPerson extends Record<string, unknown> {
  userId: string;
  /** Status of the membership of the connection's account; null where there is none. */
  status: string | null;
}

/** Who is who, by (connection, subject). */
@Injectable()
export class IdentityLinks {
  /**
   * Whom a subject stands for. A link whose subject is an address holds only while that is the person's present address:
   * addresses pass to other people.
   */
  async find(
    tx: Tx,
    connectionId: string,
    accountId: string,
    { subject }: Pick<VerifiedIdentity, 'subject'>,
  ): Promise<LinkedPerson | undefined> {
    await tx.query(
      `delete from identity_links l where l.connection_id = $1 and l.subject = $2 and l.subject_is_email
         and not exists (select from memberships m where m.user_id = l.user_id and m.email = l.subject and m.status not in ('removed', 'erased'))`,
      [connectionId, subject],
    );
    const [linked] = await tx.query<LinkedPerson>(
      `update identity_links l set used_at = clock_timestamp() where connection_id = $1 and subject = $2
       returning user_id as "userId",
         (select m.status from memberships m where m.user_id = l.user_id and m.account_id = $3) as status`,
      [connectionId, subject, accountId],
    );
    return linked;
  }

  async link(
    tx: Tx,
    connectionId: string,
    accountId: string,
    userId: string,
    { subject, subjectIsEmail, nameId }: VerifiedIdentity,
  ): Promise<void> {
    await tx.query(
      `insert into identity_links (connection_id, subject, account_id, user_id, subject_is_email, name_id)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (connection_id, subject) do update
         set user_id = excluded.user_id, subject_is_email = excluded.subject_is_email, name_id = excluded.name_id, used_at = clock_timestamp()`,
      [connectionId, subject, accountId, userId, subjectIsEmail, nameId],
    );
  }

  /** People whom the provider of a connection calls by a NameID. */
  async usersByNameId(tx: Tx, connectionId: string, nameId: string): Promise<string[]> {
    const rows = await tx.query<{ user_id: string }>(
      'select distinct user_id from identity_links where connection_id = $1 and name_id = $2',
      [connectionId, nameId],
    );
    return rows.map((row) => row.user_id);
  }
}
