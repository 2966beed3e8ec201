/**
 * The one table of refusal codes. A code is part of the API: it is never renamed and never reused
 * for another meaning. `docs/errors.md` explains each; a test holds the two together.
 */
import { z } from 'zod';

/** Refusals of commands and API calls, with the HTTP status each one maps to. */
export const REJECTIONS = {
  invalid_input: 400,
  unauthorized: 401,
  forbidden: 403,
  not_allowed: 403,
  not_found: 404,
  method_not_allowed: 405,
  illegal_transition: 409,
  stale_attempt: 409,
  report_gap: 409,
  idempotency_conflict: 409,
  duplicate: 409,
  merge_in_progress: 409,
  sign_in_required: 409,
  settings_changed: 409,
  agent_unavailable: 409,
  led_elsewhere: 409,
  agent_has_work: 409,
  not_asked: 409,
  no_executable: 409,
  not_confirmed: 409,
  emergency_stopped: 409,
  rollout_in_progress: 409,
  history_pruned: 410,
  payload_too_large: 413,
  unsupported_media_type: 415,
  unknown_dependency: 422,
  dependency_cancelled: 422,
  dependency_cycle: 422,
  engine_unavailable: 422,
  repo_not_found: 422,
  repo_empty: 422,
  repo_no_default_branch: 422,
  repo_auth_required: 422,
  repo_unreachable: 422,
  repo_too_large: 422,
  branch_not_found: 422,
  settings_unreadable: 422,
  forge_refused: 422,
  account_refused: 422,
  forge_limited: 429,
  too_many_tries: 429,
  too_many_orders: 429,
  quota_exceeded: 429,
  internal: 500,
  coordinator_older: 501,
  storage_full: 507,
  storage_read_only: 507,
  storage_damaged: 500,
  shutting_down: 503,
  queue_full: 503,
  forge_unreachable: 503,
  not_connected: 503,
  no_answer: 504,
} as const;

export type RejectionCode = keyof typeof REJECTIONS;

export const RejectionCode = z.enum(
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys widens to string[]; the table is the source of the union
  Object.keys(REJECTIONS) as [RejectionCode, ...RejectionCode[]],
);

/** A refusal: what was wrong, in words that tell the reader what to do next. */
export const Rejection = z.strictObject({
  code: RejectionCode,
  message: z.string(),
  details: z.record(z.string(), z.json()).optional(),
});
export type Rejection = z.infer<typeof Rejection>;

/** The body of every API error. */
export const ErrorBody = z.strictObject({ error: Rejection });
export type ErrorBody = z.infer<typeof ErrorBody>;

/** Builds a refusal. `message` is a sentence for a person; `details` are fields for a program. */
export function rejection(
  code: RejectionCode,
  message: string,
  details?: Rejection['details'],
): Rejection {
  return details === undefined ? { code, message } : { code, message, details };
}

/** Carries a refusal through code that can only throw (stream callbacks, HTTP handlers). */
export class RejectionError extends Error {
  readonly rejection: Rejection;
  constructor(reason: Rejection, options?: ErrorOptions) {
    super(reason.message, options);
    this.name = 'RejectionError';
    this.rejection = reason;
  }
}

/**
 * Why an attempt, and with it the task, failed. `retry` says what may help: `yes` the same again after
 * a pause, `elsewhere` at once on whichever agent is free (the machine was at fault), `later` the same again every half
 * minute until it passes (the surroundings were at fault), `no` only a person. Where the failure says when it is over, it is
 * tried again then.
 */
export const FAILURES = {
  agent_lost: 'elsewhere',
  supervisor_died: 'elsewhere',
  kills_agents: 'no',
  // Its task is queued at once, and nothing is given out until the workshop goes on.
  emergency_stopped: 'elsewhere',
  agent_refused: 'elsewhere',
  // Not at once: by then the agent has told of its disk, and is given nothing while that lasts.
  agent_disk_full: 'yes',
  agent_read_only: 'yes',
  workspace_failed: 'yes',
  setup_failed: 'yes',
  repo_not_found: 'no',
  repo_empty: 'no',
  repo_no_default_branch: 'no',
  repo_auth_required: 'no',
  repo_unreachable: 'later',
  repo_too_large: 'no',
  branch_not_found: 'no',
  config_invalid: 'no',
  engine_missing: 'no',
  engine_not_logged_in: 'no',
  engine_failed: 'yes',
  engine_rate_limited: 'later',
  engine_overloaded: 'later',
  engine_unreachable: 'later',
  engine_request_invalid: 'no',
  engine_context_too_long: 'no',
  engine_refused: 'no',
  engine_budget_spent: 'no',
  // The scheduler holds such tasks back until somebody signs in again.
  account_signed_out: 'later',
  engine_timed_out: 'yes',
  engine_output_limit: 'no',
  no_changes: 'no',
  tests_failed: 'yes',
  tests_timed_out: 'yes',
  push_failed: 'yes',
  changes_requested: 'elsewhere',
  closed_unmerged: 'no',
  internal: 'yes',
} as const satisfies Record<string, 'yes' | 'elsewhere' | 'later' | 'no'>;

export type FailureCode = keyof typeof FAILURES;

export const FailureCode = z.enum(
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above: the keys of a const table are the union
  Object.keys(FAILURES) as [FailureCode, ...FailureCode[]],
);
