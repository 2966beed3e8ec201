/** The bounds of an attempt, in one table. `<data>/config.yaml` may override single ones under `limits`. */
import type { AttemptLimits } from '../../../shared/protocol/agent.ts';

const MINUTE = 60_000;

export const DEFAULT_LIMITS: AttemptLimits = {
  checkpointMs: MINUTE / 2,
  engineMs: 120 * MINUTE,
  engineIdleMs: 20 * MINUTE,
  testMs: 30 * MINUTE,
  setupMs: 20 * MINUTE,
  outputBytes: 256 * 1024 * 1024,
};
