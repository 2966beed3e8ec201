/** Updates over the fleet. */
import { rejection } from '../../../shared/errors.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { fail, type Result } from '../../../shared/result.ts';
import type { Rollout } from '../../../shared/rollout.ts';

export interface Rollouts {
  get(): Rollout;
  /** `agents` undefined: all that have an older build. */
  start(o: { agents?: readonly AgentId[] | undefined; atOnce: number }): Result<Rollout>;
  /** Begins no further agent. */
  pause(): Result<Rollout>;
  resume(): Result<Rollout>;
  onChange(listener: (rollout: Rollout) => void): () => void;
  close(): void;
}

export function createRollouts(): Rollouts {
  const refused = fail(rejection('no_executable', 'there is no executable to send to agents'));
  return {
    get: () => ({
      state: 'none',
      version: '',
      build: '',
      atOnce: 1,
      startedAt: null,
      agents: [],
      message: null,
    }),
    start: () => refused,
    pause: () => refused,
    resume: () => refused,
    onChange: () => () => {},
    close: () => {},
  };
}
