import { Problem } from '@gatehouse/service-host';

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** One page in the order of ids. A cursor is the last id of the page before; what is not one of ours is refused. */
export async function pageAfter<T extends { id: string }>(
  query: { limit: number; cursor?: string | undefined },
  read: (after: string, limit: number) => Promise<T[]>,
): Promise<Page<T>> {
  const rows = await read(query.cursor === undefined ? '' : decodeCursor(query.cursor), query.limit + 1);
  const items = rows.slice(0, query.limit);
  return { items, nextCursor: rows.length > query.limit ? encodeCursor(items.at(-1)!.id) : null };
}

export function encodeCursor(position: string): string {
  return Buffer.from(position).toString('base64url');
}

/** @throws Problem `invalid_request` */
export function decodeCursor(cursor: string): string {
  const position = Buffer.from(cursor, 'base64url').toString();
  if (encodeCursor(position) === cursor && /^[a-z0-9_]{1,64}$/.test(position)) return position;
  throw new Problem('invalid_request', 'The cursor is not one that this list gave. Begin again without it.', {
    errors: [{ pointer: '/query/cursor', detail: 'must be the nextCursor of the page before' }],
  });
}
