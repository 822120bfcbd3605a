import { randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';

/** The record that proves a domain: whoever can publish it controls the domain. */
export interface Proof {
  readonly type: 'TXT';
  readonly name: string;
  readonly value: string;
}

/**
 * What a look-up saw. `absent` is a definite answer of DNS (no such record, or other values); `unavailable` means that
 * DNS could not be asked, which proves nothing either way.
 */
export type ProofCheck =
  | { readonly outcome: 'proved' }
  | {
      readonly outcome: 'absent' | 'unavailable';
      readonly found: readonly string[];
      readonly reason: string;
    };

export type CheckProof = (proof: Proof) => Promise<ProofCheck>;

export function newProofToken(): string {
  return randomBytes(20).toString('base64url');
}

/** The name is below the domain, not the domain itself, so that the record gets no company from other products' records. */
export function proofOf(domain: string, token: string): Proof {
  return { type: 'TXT', name: `_gatehouse.${domain}`, value: `gatehouse-verification=${token}` };
}

/** Asks `servers` (`host:port`; none: the system's resolvers) for the record, in at most a few seconds. */
export function createProofCheck(servers: readonly string[]): CheckProof {
  return async (proof) => {
    // One resolver a look-up: c-ares keeps no cache then, and a changed record is seen at once.
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    if (servers.length > 0) resolver.setServers(servers);
    try {
      const records = await resolver.resolveTxt(proof.name);
      return judge(
        proof,
        records.map((strings) => strings.join('').trim()),
      );
    } catch (error) {
      return failed(proof, error);
    }
  };
}

function judge(proof: Proof, found: string[]): ProofCheck {
  if (found.includes(proof.value)) return { outcome: 'proved' };
  const shown = found.slice(0, 10).map((value) => value.slice(0, 255));
  return { outcome: 'absent', found: shown, reason: `${proof.name} has TXT records, but not this one.` };
}

function failed(proof: Proof, error: unknown): ProofCheck {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'ENOTFOUND' || code === 'ENODATA') {
    return {
      outcome: 'absent',
      found: [],
      reason: `${proof.name} has no TXT record. A new one can take some minutes to be seen.`,
    };
  }
  return {
    outcome: 'unavailable',
    found: [],
    reason: `The DNS servers did not answer for ${proof.name} (${code}).`,
  };
}
