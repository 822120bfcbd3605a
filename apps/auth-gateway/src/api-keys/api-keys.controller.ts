import { Controller, Inject } from '@nestjs/common';
import { newId, type Caller, type Role } from '@gatehouse/contracts';
import { Database } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { audit, Handles, Input, type InputOf, Problem } from '@gatehouse/service-host';
import { apiKeyKey } from '../access/invalidation-keys.js';
import { Invalidations } from '../access/invalidations.js';
import { lowerRole } from '../access/principal.js';
import { digest, newSecret } from '../browser/tokens.js';
import { createApiKey, deleteApiKey, listApiKeys } from './api-keys.operations.js';

interface ApiKeyListRow extends Record<string, unknown> {
  id: string;
  name: string;
  role: Role;
  user_id: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
}

@Controller()
export class ApiKeysController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Invalidations) private readonly invalidations: Invalidations,
  ) {}

  @Handles(listApiKeys)
  async list(@Input() { params, query }: InputOf<typeof listApiKeys>): Promise<unknown> {
    const rows = await this.database.query<ApiKeyListRow>(
      `select id, name, role, user_id, created_at, expires_at, last_used_at from api_keys
       where account_id = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
      [params.accountId, query.cursor ?? null, query.limit + 1],
    );
    const page = rows.slice(0, query.limit);
    return {
      items: page.map(itemOf),
      nextCursor: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
    };
  }

  @Handles(createApiKey)
  async create(
    @Input() { caller, params, body }: InputOf<typeof createApiKey>,
  ): Promise<{ id: string; key: string }> {
    const maker = makerOf(caller);
    const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
    const id = newId('key');
    const key = `gh_${id}_${newSecret()}`;
    await this.database.inTransaction(async (tx) => {
      // Locked, so that the member is not removed, and their keys deleted, between this look and the insert.
      const rows = await tx.query(
        `insert into api_keys (id, account_id, membership_id, user_id, name, role, secret_hash, expires_at)
         select $1, account_id, id, user_id, $3, $4, $5, $6 from (
           select * from memberships where id = $2 and account_id = $7 and status = 'active' for share) m
         where $6::timestamptz is null or $6::timestamptz > clock_timestamp() returning id`,
        [
          id,
          maker.membershipId,
          body.name,
          lowerRole(maker.role, body.role),
          digest(key),
          expiresAt,
          params.accountId,
        ],
      );
      if (rows.length === 0) {
        throw new Problem('invalid_request', 'The key would have expired already.', {
          errors: [{ pointer: '/expiresAt', detail: 'must be in the future' }],
        });
      }
      audit(tx, this.outbox, {
        accountId: params.accountId,
        caller,
        action: 'api-key.created',
        target: { type: 'api-key', id },
        details: { role: body.role, expiresAt: body.expiresAt ?? null },
      });
    });
    return { id, key };
  }

  @Handles(deleteApiKey)
  async delete(@Input() { caller, params }: InputOf<typeof deleteApiKey>): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const deleted = await tx.query('delete from api_keys where id = $1 and account_id = $2 returning id', [
        params.keyId,
        params.accountId,
      ]);
      if (deleted.length === 0) throw new Problem('not_found', 'This account has no such key.');
      this.invalidations.add(tx, apiKeyKey(params.keyId));
      audit(tx, this.outbox, {
        accountId: params.accountId,
        caller,
        action: 'api-key.deleted',
        target: { type: 'api-key', id: params.keyId },
        details: {},
      });
    });
  }
}

/** A key belongs to a member: the operator and set-up sessions are none. */
function makerOf(caller: Caller): { membershipId: string; role: Role } {
  if (caller.kind === 'user' || caller.kind === 'api-key') return caller;
  throw new Problem(
    'forbidden',
    'An API key acts for the member who makes it: sign in as one, for example by a recovery link.',
  );
}

function itemOf(row: ApiKeyListRow): unknown {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    userId: row.user_id,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}
