import type { Role } from '@gatehouse/api-client';
import { messages } from '../messages';

const roles: readonly Role[] = ['member', 'admin', 'owner'];

export const roleOptions = roles.map((value) => ({ value, label: messages.common.roles[value] }));

export function roleFrom(value: string): Role {
  return roles.find((role) => role === value) ?? 'member';
}
