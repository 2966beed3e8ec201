/** What each refusal and failure means, and what to do about it. The English list is the measure for the others. */
import type { FailureCode, RejectionCode } from '../../shared/errors.ts';

export interface Remedy {
  readonly title: string;
  readonly todo: string;
}

export type CallErrorCode = RejectionCode | 'unreachable' | 'unreadable';

export const enCallErrors: Record<CallErrorCode, Remedy> = {
  invalid_input: { title: 'Something in the form is wrong', todo: 'Correct the marked fields.' },
  unauthorized: {
    title: 'This window may not enter',
    todo: 'Open the address that “koubou serve” prints; it carries the token.',
  },
  forbidden: {
    title: 'Your role may not do this',
    todo: 'Ask an admin of this workshop for a link with the role that is named.',
  },
  not_allowed: {
    title: 'The agent may not order that',
    todo: 'Allow it when you edit the agent, or give the order here.',
  },
  not_found: { title: 'It is not there', todo: 'It may have been removed. Go back to the list.' },
  method_not_allowed: { title: 'The versions do not fit', todo: 'Reload this window.' },
  illegal_transition: {
    title: 'The task has moved on',
    todo: 'Look at its present state and choose again.',
  },
  stale_attempt: { title: 'A newer attempt is running', todo: 'Look at the newest attempt.' },
  report_gap: { title: 'A report is missing', todo: 'The agent sends it again by itself.' },
  idempotency_conflict: { title: 'Sent twice with differences', todo: 'Reload and try again.' },
  duplicate: {
    title: 'There is a task of this issue',
    todo: 'Open that one, or tick “again” to make another.',
  },
  sign_in_required: {
    title: 'Nobody is signed in there',
    todo: 'Sign in under Settings, GitHub, then try again.',
  },
  forge_refused: {
    title: 'The forge refused it',
    todo: 'The details have its words; put that right there, then try again.',
  },
  account_refused: {
    title: 'The provider does not take this key',
    todo: 'Check that it is whole and belongs to that provider, or make a new one there.',
  },
  forge_limited: {
    title: 'The forge takes no more requests just now',
    todo: 'It goes on by itself when the limit is over.',
  },
  forge_unreachable: {
    title: 'The forge does not answer',
    todo: 'Check the network. What waits for it goes on by itself.',
  },
  merge_in_progress: { title: 'The merge is under way', todo: 'Wait a moment for its result.' },
  settings_changed: {
    title: 'The settings were changed meanwhile',
    todo: 'Look at them as they are now, then change yours again.',
  },
  settings_unreadable: {
    title: 'config.yaml has a mistake',
    todo: 'Correct the line that is named in an editor; nothing was changed.',
  },
  led_elsewhere: {
    title: 'Another coordinator leads it',
    todo: 'Do it in the control center there.',
  },
  agent_unavailable: { title: 'The agent is away', todo: 'Choose another one, or start it again.' },
  agent_has_work: {
    title: 'The agent still has work',
    todo: 'Pause it, and remove it when its tasks are done.',
  },
  not_asked: {
    title: 'Nothing is asked any more',
    todo: 'Look at the newest state of that host.',
  },
  emergency_stopped: {
    title: 'The workshop is stopped',
    todo: 'Resume it first, then do this again.',
  },
  no_executable: {
    title: 'No program for that machine',
    todo: 'Build the executables (npm run build:koubou), or install a release that has them.',
  },
  rollout_in_progress: {
    title: 'An update is under way',
    todo: 'Wait for it, or pause it.',
  },
  history_pruned: { title: 'Too old', todo: 'Reload to begin with the present state.' },
  payload_too_large: { title: 'Too large', todo: 'Shorten the text.' },
  unsupported_media_type: { title: 'The versions do not fit', todo: 'Reload this window.' },
  unknown_dependency: {
    title: 'It waits for an unknown task',
    todo: 'Correct the task it waits for.',
  },
  dependency_cancelled: {
    title: 'It waits for a cancelled task',
    todo: 'Leave that one out, or create it anew.',
  },
  dependency_cycle: {
    title: 'It would wait for itself',
    todo: 'Leave one of the named tasks out.',
  },
  engine_unavailable: {
    title: 'No agent can run this engine',
    todo: 'Install it and log in on this PC, or choose another engine.',
  },
  repo_not_found: {
    title: 'There is no repository',
    todo: 'Check the path or URL. A folder must hold a git repository.',
  },
  repo_empty: { title: 'The repository is empty', todo: 'Make a first commit, then try again.' },
  repo_no_default_branch: {
    title: 'The repository has no default branch',
    todo: 'Name the branch to start from.',
  },
  repo_auth_required: {
    title: 'The repository asks for a password',
    todo: 'Use a URL that git on this PC can fetch without asking.',
  },
  repo_unreachable: {
    title: 'The repository cannot be reached',
    todo: 'Check the network and the address, then try again.',
  },
  repo_too_large: { title: 'The repository is too large', todo: 'Use a smaller one for now.' },
  branch_not_found: { title: 'There is no such branch', todo: 'Check the name of the branch.' },
  not_confirmed: {
    title: 'That is another number of tasks',
    todo: 'Look again how many there are, and confirm that number.',
  },
  queue_full: {
    title: 'The queue is full',
    todo: 'Try again when some of what waits is done, or let more wait in the settings.',
  },
  quota_exceeded: {
    title: 'Too many tasks of one user wait',
    todo: 'Try again when some of them are done.',
  },
  too_many_tries: {
    title: 'Too many wrong tries',
    todo: 'Wait a minute, then open your link again.',
  },
  too_many_orders: {
    title: 'Too many orders at once',
    todo: 'Wait for their answers, then try again.',
  },
  coordinator_older: {
    title: 'The coordinator is too old for that',
    todo: 'Update Koubou on the coordinator’s PC.',
  },
  not_connected: {
    title: 'The agent is not connected',
    todo: 'Try again when it is. Nothing was queued.',
  },
  no_answer: {
    title: 'The coordinator did not answer',
    todo: 'Send it again under the same key: it is carried out once.',
  },
  internal: {
    title: 'The coordinator made an error',
    todo: 'Try again. If it stays, its log in the data folder says more.',
  },
  storage_full: {
    title: 'The disk is full',
    todo: 'Make room on this PC. What you typed stays here; try again then.',
  },
  storage_read_only: {
    title: 'The disk takes no writes',
    todo: 'Look at the disk of this PC. What you typed stays here; try again then.',
  },
  storage_damaged: {
    title: 'The data folder is damaged',
    todo: 'Run “koubou doctor”; it says what is wrong.',
  },
  shutting_down: { title: 'The coordinator is closing', todo: 'Try again in a moment.' },
  unreachable: {
    title: 'The coordinator does not answer',
    todo: 'It is being restarted. Try again in a moment.',
  },
  unreadable: { title: 'The versions do not fit', todo: 'Update Koubou, then reload.' },
};

export const enFailures: Record<FailureCode, Remedy> = {
  agent_lost: { title: 'The agent was lost', todo: 'The task goes to another agent by itself.' },
  supervisor_died: {
    title: 'Its processes were killed',
    todo: 'Nothing the first time: it goes on elsewhere. The second time it is parked.',
  },
  emergency_stopped: {
    title: 'Ended by the emergency stop',
    todo: 'Nothing: what was done is kept, and the task goes on when the workshop does.',
  },
  kills_agents: {
    title: 'Parked: it had its processes killed twice',
    todo: 'See below where that was. Find out what the engine or the tests use up (memory first), then retry.',
  },
  agent_refused: { title: 'The agent could not take it', todo: 'It is tried on another agent.' },
  agent_disk_full: {
    title: 'The agent’s disk is full',
    todo: 'Make room on that PC. The task is tried elsewhere.',
  },
  agent_read_only: {
    title: 'The agent’s disk takes no writes',
    todo: 'Look at the disk of that PC. The task is tried elsewhere.',
  },
  workspace_failed: {
    title: 'The work tree could not be made',
    todo: 'Read the terminal, then retry.',
  },
  setup_failed: {
    title: 'The setup command failed',
    todo: 'Correct “setup” in .koubou.yaml or what it needs, then retry.',
  },
  repo_not_found: enCallErrors.repo_not_found,
  repo_empty: enCallErrors.repo_empty,
  repo_no_default_branch: enCallErrors.repo_no_default_branch,
  repo_auth_required: enCallErrors.repo_auth_required,
  repo_unreachable: {
    title: 'The repository’s server cannot be reached',
    todo: 'Check the network and name lookup of the coordinator’s PC.',
  },
  repo_too_large: enCallErrors.repo_too_large,
  branch_not_found: enCallErrors.branch_not_found,
  config_invalid: {
    title: '.koubou.yaml is not right',
    todo: 'Correct the line that is named, commit, then retry.',
  },
  engine_missing: {
    title: 'The engine is not installed',
    todo: 'Install it on the agent, then retry.',
  },
  engine_not_logged_in: {
    title: 'The engine is not logged in',
    todo: 'Log in on the agent (for Claude Code: run “claude” once), then retry.',
  },
  engine_failed: {
    title: 'The engine ended with an error',
    todo: 'The terminal shows its last words. Retry, or make the task clearer.',
  },
  engine_rate_limited: {
    title: 'The engine’s limit is reached',
    todo: 'It is tried again when the limit is over, and goes on from what was done.',
  },
  engine_overloaded: {
    title: 'The model’s server is overloaded',
    todo: 'It is tried again every half minute, and goes on from what was done.',
  },
  engine_unreachable: {
    title: 'The model’s server cannot be reached',
    todo: 'It is tried again every half minute, and goes on from what was done.',
  },
  engine_request_invalid: {
    title: 'The model’s server refused the request',
    todo: 'The message says what it did not take. Choose another model, or update the engine, then retry.',
  },
  engine_context_too_long: {
    title: 'The task is too large for the model',
    todo: 'Split the task, or choose a model that takes in more.',
  },
  engine_refused: {
    title: 'The model refused the task',
    todo: 'The transcript shows its words. Say more clearly what the task is for, or choose another engine.',
  },
  engine_budget_spent: {
    title: 'The budget is spent',
    todo: 'Raise the budget in the settings, then retry.',
  },
  account_signed_out: {
    title: 'Nobody is signed in to the model',
    todo: 'Sign in again under Settings → Accounts: it goes on by itself.',
  },
  engine_timed_out: {
    title: 'The engine took too long',
    todo: 'Make the task smaller, or retry.',
  },
  engine_output_limit: {
    title: 'The engine printed too much',
    todo: 'Look at the terminal for what went round in circles.',
  },
  no_changes: {
    title: 'The engine changed nothing',
    todo: 'Say more exactly what is to be done, then retry.',
  },
  tests_failed: {
    title: 'The tests fail',
    todo: 'Read the end of the terminal, then retry, or say what to do in the task.',
  },
  tests_timed_out: {
    title: 'The tests take too long',
    todo: 'Name a quicker command as “test” in .koubou.yaml.',
  },
  push_failed: {
    title: 'The branch could not be pushed',
    todo: 'Check the repository and its disk, then retry.',
  },
  changes_requested: { title: 'Sent back', todo: 'A new attempt gets your comment.' },
  closed_unmerged: {
    title: 'The pull request was closed',
    todo: 'Reopen it at the forge, or retry the task.',
  },
  internal: { title: 'An error in Koubou', todo: 'Retry. If it stays, the agent’s log says more.' },
};
