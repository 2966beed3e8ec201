/**
 * What the coordinator asks the desktop app that started it, over the channel between both: to seal a secret with the
 * system's keychain, or to open one that was sealed.
 */
import * as z from 'zod/mini';

/** Set for a coordinator whose parent answers. */
export const KEYCHAIN_VARIABLE = 'KOUBOU_KEYCHAIN';

export const KeychainRequest = z.strictObject({
  type: z.literal('keychain'),
  id: z.int().check(z.minimum(1)),
  action: z.enum(['seal', 'open']),
  text: z.string().check(z.maxLength(10_000)),
});
export type KeychainRequest = z.infer<typeof KeychainRequest>;

export const KeychainAnswer = z.strictObject({
  type: z.literal('keychain'),
  id: z.int().check(z.minimum(1)),
  /** `null`: the keychain said no. */
  text: z.nullable(z.string()),
});
export type KeychainAnswer = z.infer<typeof KeychainAnswer>;
