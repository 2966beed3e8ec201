/** The part of the contract that is about people: who one is, and the tokens by which others come in. */
import { z } from 'zod';
import { Access, AccessId, PersonName, Role } from './access.ts';
import { operation } from './operation.ts';

/** Longer than any of them is meant to be kept. */
const MOST_DAYS = 3_650;

/** Whoever asks. */
export const Me = z.strictObject({
  role: Role,
  /** `null`: with the token of the data folder, and so with every right. */
  access: Access.nullable(),
  /** What the workshop is called; `null`: it has no name of its own. */
  workshop: z.string().nullable(),
});
export type Me = z.infer<typeof Me>;

/** An access as it is listed. */
export const AccessInfo = Access.extend({
  /** When it was last used, as far as this coordinator has seen since its start; epoch ms. */
  lastUsedAt: z.number().nullable(),
});
export type AccessInfo = z.infer<typeof AccessInfo>;

/** A link that signs a browser in, and what to compare before one trusts its certificate. */
export const AccessLink = z.strictObject({
  /** `https://192.168.1.5:8443/#token=…`: what follows `#` is sent to nobody. */
  url: z.string(),
  /** All addresses of this PC that the door is open on, the likeliest first. */
  addresses: z.array(z.string()),
  /** SHA-256 of the certificate that the browser shows, as browsers write it: `AB:CD:…`. */
  fingerprint: z.string(),
});
export type AccessLink = z.infer<typeof AccessLink>;

export const ACCESS_OPERATIONS = {
  'access.me': operation({
    method: 'GET',
    path: '/api/v1/me',
    summary: 'Who asks, and what they may',
    permission: 'read',
    status: 200,
    input: z.strictObject({}),
    output: Me,
  }),
  'access.list': operation({
    method: 'GET',
    path: '/api/v1/access',
    summary: 'The tokens of people, without the tokens',
    permission: 'admin',
    status: 200,
    input: z.strictObject({}),
    output: z.strictObject({ access: z.array(AccessInfo) }),
  }),
  'access.create': operation({
    method: 'POST',
    path: '/api/v1/access',
    summary:
      'Make a token with a role; it is shown this once. With a link, the door to the LAN is opened',
    permission: 'admin',
    status: 201,
    input: z.strictObject({
      role: Role,
      /** What the person or device is called in the log; left out: one is made up. */
      name: PersonName.optional(),
      /** `null`: it does not end by itself. */
      days: z.int().min(1).max(MOST_DAYS).nullable().default(30),
      link: z.boolean().default(false),
    }),
    output: z.strictObject({ access: Access, token: z.string(), link: AccessLink.nullable() }),
  }),
  'access.revoke': operation({
    method: 'DELETE',
    path: '/api/v1/access/{id}',
    summary: 'End a token, and every connection that was opened with it',
    permission: 'admin',
    status: 200,
    input: z.strictObject({ id: AccessId }),
    output: Access,
  }),
} as const;
