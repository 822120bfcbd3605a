import { z } from 'zod';

const email = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s@<>"]+@[^\s@<>"]+$/, 'must be an email address');
const name = z.string().trim().min(1).max(100);
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

/** What the control API and the page's forms take. */
export const inputs = {
  person: z.strictObject({
    email,
    firstName: name,
    lastName: name,
    password: z.string().min(1).max(200).optional(),
  }),
  personChanges: z
    .strictObject({ email, firstName: name, lastName: name, password: z.string().min(1).max(200) })
    .partial(),
  scim: z.strictObject({
    baseUrl: httpUrl,
    token: z.string().min(1),
    dialect: z.enum(['okta', 'entra']).default('okta'),
  }),
  serviceProvider: z.strictObject({ entityId: z.string().trim().min(1).max(1024), acsUrl: httpUrl }),
  oidcClient: z.strictObject({ redirectUri: httpUrl }),
  dnsRecord: z.strictObject({
    name: z
      .string()
      .trim()
      .toLowerCase()
      .regex(/^([a-z0-9_-]+\.)+test\.?$/, 'must be a name under .test')
      .transform((value) => value.replace(/\.$/, '')),
    type: z.literal('TXT').default('TXT'),
    value: z.string().min(1).max(2_000),
  }),
  action: z.enum(['assign', 'unassign', 'activate', 'deactivate', 'delete']),
};

/** Input that a person has to mend; the message names each field. */
export class InvalidInput extends Error {}

/** @throws InvalidInput */
export function read<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input ?? {});
  if (result.success) return result.data;
  throw new InvalidInput(
    result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; '),
  );
}
