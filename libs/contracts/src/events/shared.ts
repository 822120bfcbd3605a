import { z } from 'zod';

/** Rises with each change of the aggregate; consumers keep the highest. Milliseconds since 1970 or more. */
export const version = z.int().positive();
export const time = z.iso.datetime({ offset: false });
export const role = z.enum(['owner', 'admin', 'member']);
export type Role = z.infer<typeof role>;
export const plan = z.enum(['personal', 'pro', 'enterprise']);
export type Plan = z.infer<typeof plan>;
