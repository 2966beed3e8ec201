/** How confidential work is, and who may see it. Pure. */
import { z } from 'zod';

/** From the least to the most confidential. */
export const SECURITY_LEVELS = ['public', 'internal', 'confidential'] as const;
export const SecurityLevel = z.enum(SECURITY_LEVELS);
export type SecurityLevel = z.infer<typeof SecurityLevel>;

/** Whether an agent of this clearance may see work of that level. */
export function maySee(clearance: SecurityLevel, level: SecurityLevel): boolean {
  return SECURITY_LEVELS.indexOf(clearance) >= SECURITY_LEVELS.indexOf(level);
}
