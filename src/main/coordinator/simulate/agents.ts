/** The agents of a simulation: made ones, or those of a file. Pure. */
import { z } from 'zod';
import { Specialty } from '../../../shared/domain/specialty.ts';
import { AgentId } from '../../../shared/ids.ts';
import { randomFrom } from './work.ts';

/** One agent as the file of `--agents` has it. */
export const SimAgent = z.strictObject({
  name: AgentId,
  slots: z.int().min(1).max(64).default(2),
  /** Times as fast as the usual agent. */
  speed: z.number().min(0.05).max(50).default(1),
  /** So much faster on tasks of its specialties. */
  specialtySpeed: z.number().min(0.05).max(50).default(1.4),
  specialties: z.array(Specialty).default([]),
  tools: z.array(z.string()).default([]),
  /** Dollars for an hour of one slot at work. */
  price: z.number().min(0).default(1),
  /** Until work can begin where there is no mirror of the repository, in ms. */
  coldMs: z.number().min(0).default(90_000),
});
export type SimAgent = z.infer<typeof SimAgent>;

export const SimAgents = z.array(SimAgent).min(1).max(10_000);

const KINDS: readonly Specialty[] = ['backend', 'frontend', 'testing', 'devops', 'database'];

/** Unlike each other, as the PCs of an office are. */
export function madeAgents(count: number, seed: number): SimAgent[] {
  const random = randomFrom(seed ^ 0x5eed);
  return Array.from({ length: count }, (_, n) =>
    SimAgent.parse({
      name: `agent-${n + 1}`,
      slots: 2 + Math.floor(random() * 2),
      speed: Math.round((0.7 + random() * 0.8) * 100) / 100,
      specialties: [KINDS[n % KINDS.length], KINDS[(n + 2) % KINDS.length]],
      tools: n % 2 === 0 ? ['python3'] : [],
      price: Math.round((0.6 + random() * 0.8) * 100) / 100,
    }),
  );
}
