import type { Plan } from '@gatehouse/contracts';

const DAY = 86_400_000;

/** Whether the account's directories still work: on Enterprise, or in the days after it. */
export function isEntitled(
  account: { plan: Plan; enterpriseEndedAt: Date | null },
  graceDays: number,
  now: number = Date.now(),
): boolean {
  if (account.plan === 'enterprise') return true;
  return account.enterpriseEndedAt !== null && now < account.enterpriseEndedAt.getTime() + graceDays * DAY;
}
