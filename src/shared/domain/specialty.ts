/** What a piece of work is about, and what an agent is good at. */
import { z } from 'zod';

export const SPECIALTIES = [
  'backend',
  'frontend',
  'testing',
  'devops',
  'database',
  'security',
  'documentation',
  'general',
] as const;
export const Specialty = z.enum(SPECIALTIES);
export type Specialty = z.infer<typeof Specialty>;
