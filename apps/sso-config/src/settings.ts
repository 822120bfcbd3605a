import { parseSealingKeys } from '@gatehouse/contracts';
import { z } from 'zod';

const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  );

/** What this service needs besides the settings that every service has. */
export const ssoConfigSettings = z.object({
  /** Seal OIDC client secrets; the gateway opens them. */
  SEALING_KEYS: z.string().superRefine((value, context) => {
    try {
      parseSealingKeys(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  }),
  /** Resolvers that prove domains; none: the system's. */
  DNS_SERVERS: list.refine(
    (servers) =>
      servers.every((server) =>
        /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\])(:\d{1,5})?$|^[0-9a-f:]+$/i.test(server),
      ),
    'must be IP addresses with optional ports, separated by commas: 127.0.0.1:5353',
  ),
  /** Origins that may be fetched from though they are private, and by http. */
  ALLOWED_PRIVATE_ORIGINS: list.refine(
    (origins) => origins.every((origin) => URL.parse(origin)?.origin === origin),
    'must be origins, separated by commas: http://127.0.0.1:8081',
  ),
  /** Days that connections go on working after an account left the Enterprise plan. */
  PLAN_GRACE_DAYS: z.coerce.number().int().min(0).default(30),
});

/** As injected: with those of every service that are read here. */
export type SsoConfigSettings = z.output<typeof ssoConfigSettings> & { PUBLIC_URL: string };
