import { createHash, randomBytes } from 'node:crypto';
import type { AuditEntry } from '@gatehouse/contracts';

/** What the hash of an entry covers: its place, what it says, and the salted hash of the personal data beside it. */
export interface ChainedEntry {
  id: string;
  chain: string;
  seq: number;
  at: string;
  service: AuditEntry['service'];
  actorKind: AuditEntry['actor']['kind'];
  actorId: string | null;
  action: string;
  targetType: string;
  targetId: string;
  details: Record<string, unknown>;
  personalHash: string | null;
}

/** The `hash` before the first entry of a chain. */
export const chainStart = '';

/** SHA-256, base64url, of the entry before and this one. */
export function chainHash(previous: string, entry: ChainedEntry): string {
  return sha256(
    canonicalJson([
      previous,
      entry.id,
      entry.chain,
      entry.seq,
      entry.at,
      entry.service,
      entry.actorKind,
      entry.actorId,
      entry.action,
      entry.targetType,
      entry.targetId,
      entry.details,
      entry.personalHash,
    ]),
  );
}

/** Personal data with a salt of their own; without it, their hash cannot be guessed from a list of addresses. */
export function saltedHash(data: Record<string, string>): { salt: string; personalHash: string } {
  const salt = randomBytes(16).toString('base64url');
  return { salt, personalHash: personalHashOf(salt, data) };
}

export function personalHashOf(salt: string, data: Record<string, string>): string {
  return sha256(canonicalJson([salt, data]));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** JSON with sorted member names, as jsonb columns do not keep the order. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
