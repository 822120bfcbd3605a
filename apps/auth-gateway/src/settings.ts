import type { CommonSettings } from '@gatehouse/service-host';
import { parseSealingKeys } from '@gatehouse/contracts';
import { z } from 'zod';
import { parseSigningKeys } from './keys/signing-keys.js';

const origin = z
  .url({ protocol: /^https?$/, error: 'must be a URL, for example http://localhost:8084' })
  .transform((url) => url.replace(/\/+$/, ''));

/** What the gateway needs besides the settings that every service has. */
export const gatewaySettings = z.object({
  ACCOUNT_URL: origin.default('http://localhost:8084'),
  SSO_CONFIG_URL: origin.default('http://localhost:8082'),
  DIRECTORY_SYNC_URL: origin.default('http://localhost:8083'),
  /** Bearer of the operator's API. Without one there is no operator. */
  OPERATOR_TOKEN: z.string().min(24, 'must have 24 characters or more').optional(),
  SIGNING_KEYS: z.string().superRefine((value, context) => {
    try {
      parseSigningKeys(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  }),
  /** Open the OpenID Connect client secrets that sso-config sealed. */
  SEALING_KEYS: z.string().superRefine((value, context) => {
    try {
      parseSealingKeys(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  }),
  /** Origins of identity providers that may be private, and reached by http. */
  ALLOWED_PRIVATE_ORIGINS: z
    .string()
    .default('')
    .transform((value) => value.split(',').flatMap((entry) => entry.trim() || []))
    .refine(
      (origins) => origins.every((origin) => URL.parse(origin)?.origin === origin),
      'must be origins, separated by commas: http://127.0.0.1:8081',
    ),
  /** Seconds; unset, an old view only alerts. */
  ACCESS_MAX_STALENESS: z.coerce.number().positive().optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().default('Gatehouse <no-reply@localhost>'),
});

/** As injected: with those of every service. */
export type GatewaySettings = z.output<typeof gatewaySettings> & CommonSettings;
