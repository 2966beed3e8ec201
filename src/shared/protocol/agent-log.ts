/** Frames that bring the end of an agent's own log, a part of `agent.ts`; since version 3. */
import { z } from 'zod';

const MOST_CHARACTERS = 64 * 1_024;

/** `n` is answered with the same number. */
const ask = { n: z.int().min(1) };

export const LOG_TO_AGENT = [z.object({ type: z.literal('log_ask'), ...ask })] as const;

export const LOG_FROM_AGENT = [
  z.object({ type: z.literal('log_tail'), ...ask, text: z.string().max(MOST_CHARACTERS) }),
] as const;
