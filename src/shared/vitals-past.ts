/** How busy an agent was: the means of equal pieces of time, oldest first. Kept in the coordinator's memory only. */
import { z } from 'zod';

/** One value a piece; `null`: nothing was heard then. */
const values = z.array(z.number().nullable());

export const VitalsPast = z.strictObject({
  /** When the first piece begins, epoch ms. */
  from: z.number(),
  /** How long a piece is. */
  stepMs: z.int().min(1),
  /** Share of all cores in use, 0 to 1. */
  cpu: values,
  memoryUsedBytes: values,
  diskFreeBytes: values,
  rxBytesPerS: values,
  txBytesPerS: values,
  /** Attempts in hand. */
  slotsBusy: values,
});
export type VitalsPast = z.infer<typeof VitalsPast>;
