/** Who may do what: the roles of people, what each may, and the tokens that carry them. The one table of it; pure. */
import { z } from 'zod';
import type { Permission } from './operation.ts';
import { line } from './text.ts';

/** From the least to the most. */
export const Role = z.enum(['viewer', 'operator', 'admin']);
export type Role = z.infer<typeof Role>;

/** What each role may. The token of the data folder is that of an admin. */
export const MAY: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['read'],
  operator: ['read', 'operate'],
  admin: ['read', 'operate', 'admin'],
};

export function may(role: Role, permission: Permission): boolean {
  return MAY[role].includes(permission);
}

/** The least role that may. */
export function roleFor(permission: Permission): Role {
  return Role.options.find((role) => may(role, permission)) ?? 'admin';
}

export const AccessId = z
  .string()
  .regex(/^access-[0-9a-f]{12}$/, 'an access id looks like access-0123456789ab')
  .brand<'AccessId'>();
export type AccessId = z.infer<typeof AccessId>;

/** What a person is called in the log: `user:NAME`. */
export const PersonName = line(60);

/** A token with a role, without the token. Times in epoch ms. */
export const Access = z.strictObject({
  id: AccessId,
  name: PersonName,
  role: Role,
  createdAt: z.number(),
  /** Who made it. */
  createdBy: z.string(),
  /** `null`: never. */
  expiresAt: z.number().nullable(),
});
export type Access = z.infer<typeof Access>;
