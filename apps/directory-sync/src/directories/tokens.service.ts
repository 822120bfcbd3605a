import { Injectable } from '@nestjs/common';
import type { Caller } from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { audit, Problem } from '@gatehouse/service-host';
import type { DirectoryTokenView } from './directories.operations.js';
import { lockDirectory } from './directory.row.js';
import { mintToken } from './token.js';

const MAX_TOKENS = 2;

interface TokenRow {
  id: string;
  lastFour: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

@Injectable()
export class TokensService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  async list(accountId: string, directoryId: string): Promise<DirectoryTokenView[]> {
    const [directory] = await this.database.query(
      `select 1 from directory where id = $1 and account_id = $2 and status <> 'removed'`,
      [directoryId, accountId],
    );
    if (!directory) throw new Problem('not_found', 'There is no such directory in this account.');
    const rows = await this.database.query<TokenRow>(
      `select id, last_four as "lastFour", created_at as "createdAt", last_used_at as "lastUsedAt"
         from directory_token where directory_id = $1 order by created_at, id`,
      [directoryId],
    );
    return rows.map(({ id, lastFour, createdAt, lastUsedAt }) => ({
      id,
      lastFour,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    }));
  }

  async create(caller: Caller, accountId: string, directoryId: string) {
    const minted = mintToken();
    const { id, token, lastFour } = minted;
    const createdAt = await this.database.inTransaction(async (tx) => {
      const directory = await lockDirectory(tx, accountId, directoryId);
      if (directory.status === 'disabled') {
        throw new Problem(
          'conflict',
          'This directory is disabled and takes no requests. Make a new directory.',
        );
      }
      const existing = await tx.query('select 1 from directory_token where directory_id = $1', [directoryId]);
      if (existing.length >= MAX_TOKENS) {
        throw new Problem(
          'token_limit',
          `A directory has at most ${MAX_TOKENS} tokens. Delete the one that is not used any more.`,
        );
      }
      const [row] = await tx.query<{ createdAt: Date }>(
        `insert into directory_token (id, directory_id, secret_hash, last_four) values ($1, $2, $3, $4)
         returning created_at as "createdAt"`,
        [id, directoryId, minted.secretHash, lastFour],
      );
      await this.changed(tx, caller, accountId, directoryId, 'directory_token.created', id);
      return row?.createdAt ?? new Date();
    });
    return { id, token, lastFour, createdAt: createdAt.toISOString() };
  }

  async revoke(caller: Caller, accountId: string, directoryId: string, tokenId: string): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      await lockDirectory(tx, accountId, directoryId);
      const deleted = await tx.query(
        'delete from directory_token where id = $1 and directory_id = $2 returning id',
        [tokenId, directoryId],
      );
      if (deleted.length === 0) throw new Problem('not_found', 'There is no such token in this directory.');
      await this.changed(tx, caller, accountId, directoryId, 'directory_token.revoked', tokenId);
    });
  }

  private async changed(
    tx: Tx,
    caller: Caller,
    accountId: string,
    directoryId: string,
    action: string,
    tokenId: string,
  ): Promise<void> {
    await tx.query('update directory set revision = revision + 1 where id = $1', [directoryId]);
    audit(tx, this.outbox, {
      accountId,
      caller,
      action,
      target: { type: 'directory_token', id: tokenId },
      details: { directoryId },
    });
  }
}
