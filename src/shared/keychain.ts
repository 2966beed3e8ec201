/**
 * What the coordinator asks the desktop app that started it, over the channel between both: to seal a secret with the
 * system's keychain, or to open one that was sealed.
 */
import { z } from 'zod';

/** Set for a coordinator whose parent answers. */
export const KEYCHAIN_VARIABLE = 'KOUBOU_KEYCHAIN';

export const KeychainRequest = z.strictObject({
  type: z.literal('keychain'),
  id: z.int().min(1),
  action: z.enum(['seal', 'open']),
  text: z.string().max(10_000),
});
export type KeychainRequest = z.infer<typeof KeychainRequest>;

export const KeychainAnswer = z.strictObject({
  type: z.literal('keychain'),
  id: z.int().min(1),
  /** `null`: the keychain said no. */
  text: z.string().nullable(),
});
export type KeychainAnswer = z.infer<typeof KeychainAnswer>;
