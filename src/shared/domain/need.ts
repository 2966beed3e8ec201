/** What a task needs of an agent, as short words. */
import { z } from 'zod';

/**
 * A capability that an agent must have: a tool (`python3`), a specialty, a label, or one of the words of `demand.ts` with a
 * point: `agent.ID`, `group.NAME`, `os.linux`, `arch.arm64`, `memory.16g`, `at.LOCATION`, each also as `not.…`.
 */
export const Need = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.+-]{0,70}$/, 'a need is a short lower-case word such as python3 or gpu');
