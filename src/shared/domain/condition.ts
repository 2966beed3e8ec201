/**
 * A trouble of a machine that has a name: shown to people as it is, and gone by itself when it passes. Agents send theirs
 * with heartbeats; the coordinator finds its own.
 */
import { z } from 'zod';

/** `blocking`: while it lasts, no new work is given to (an agent) or taken by (the coordinator) this machine. */
export const CONDITIONS = {
  /** Little room is left; work goes on. */
  disk_low: { blocking: false },
  disk_full: { blocking: true },
  /** The file system takes no writes. */
  read_only: { blocking: true },
  /** The log of the coordinator, or of an agent, cannot grow. */
  journal_full: { blocking: true },
  /** Work trees are not cleaned away, because what was done in them is nowhere else. */
  unsafe_work: { blocking: false },
  /** The machine is too old for terminals: commands run without one. */
  no_terminal: { blocking: false },
  /** Names of other machines cannot be looked up. */
  name_resolution: { blocking: false },
  /** An agent finds the coordinator through an SSH connection only, and that cannot be made without a person. */
  tunnel_down: { blocking: false },
  /** GitHub takes the credential of an account no more: what needs it waits until a person signs in again. */
  github_sign_in: { blocking: false },
  /** Issues or repositories at GitHub cannot be read any more, and only a person can change that. */
  github_sync: { blocking: false },
  /** Most of an account's limit, or of a budget, is used, or will be if it goes on like this. */
  limit_near: { blocking: false },
  /** A model provider takes the key of an account no more: what needs it waits until a person signs in again. */
  model_sign_in: { blocking: false },
  /** The queue that several coordinators share is away, or is not set as it should be. */
  shared_queue: { blocking: false },
} as const satisfies Record<string, { blocking: boolean }>;

export type ConditionKind = keyof typeof CONDITIONS;

export const ConditionKind = z.enum(
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys widens to string[]; the table is the source of the union
  Object.keys(CONDITIONS) as [ConditionKind, ...ConditionKind[]],
);

export const Condition = z.strictObject({
  kind: ConditionKind,
  /** Wall clock of the machine, epoch ms. */
  since: z.number(),
  /** What is wrong and what to do, for people. */
  message: z.string().max(1_000),
});
export type Condition = z.infer<typeof Condition>;

/** The oldest trouble that keeps work away. */
export function blockingOf(conditions: readonly Condition[]): Condition | undefined {
  return conditions.find(({ kind }) => CONDITIONS[kind].blocking);
}

export function isBlocked(conditions: readonly Condition[]): boolean {
  return blockingOf(conditions) !== undefined;
}
