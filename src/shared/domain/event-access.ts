/**
 * Events of who may come in. Part of `event.ts`, whose rules hold here too. They are the record only: what counts is the list in
 * the data folder, so that a workshop that is set back to yesterday does not let in whom somebody put out today. No token is in
 * them, nor the hash of one.
 */
import { z } from 'zod';
import { AccessId, PersonName, Role } from '../access.ts';

const access = { accessId: AccessId, name: PersonName };

export const ACCESS_EVENTS = [
  z.strictObject({
    type: z.literal('access.granted'),
    ...access,
    role: Role,
    /** Epoch ms; `null`: never. */
    expiresAt: z.number().nullable(),
    by: z.string(),
  }),
  z.strictObject({ type: z.literal('access.revoked'), ...access, by: z.string() }),
] as const;
