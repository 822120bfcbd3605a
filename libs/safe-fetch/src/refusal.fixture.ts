import { expect } from 'vitest';
import { SafeFetchError, type SafeFetchReason } from './error.js';

/** What servers answer that no message may quote. */
export const secret = 'body-of-an-internal-service';

export async function refusalOf(work: Promise<unknown>): Promise<SafeFetchError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SafeFetchError);
  expect((error as SafeFetchError).message).not.toContain(secret);
  return error as SafeFetchError;
}

export async function expectRefusal(work: Promise<unknown>, reason: SafeFetchReason): Promise<void> {
  expect((await refusalOf(work)).reason).toBe(reason);
}
