import type { CommonSettings } from '@gatehouse/service-host';
import { z } from 'zod';

/** Settings of this service beside those that all services have. */
export const directorySettings = z.object({
  /** Days that SCIM goes on working after an account left the Enterprise plan. */
  PLAN_GRACE_DAYS: z.coerce.number().int().min(0).default(30),
  /** Requests a second that one token may make on average; bursts of twice as many. Entra sends about 25. */
  SCIM_RATE_LIMIT: z.coerce.number().min(25).default(200),
});

export type Settings = Pick<CommonSettings, 'PUBLIC_URL'> & z.output<typeof directorySettings>;
