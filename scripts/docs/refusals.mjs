/**
 * What operations refuse because of the state of things, besides what follows from the request itself: read from the code by hand,
 * as codes come from far below the API. `docs.test.mjs` holds that operations and codes are there.
 */

const REPOSITORY = [
  ...['repo_not_found', 'repo_empty', 'repo_no_default_branch', 'repo_auth_required'],
  ...['repo_unreachable', 'repo_too_large', 'branch_not_found'],
];
const MAKING = [
  ...['duplicate', 'unknown_dependency', 'dependency_cancelled', 'engine_unavailable'],
  ...['queue_full', 'quota_exceeded'],
  ...REPOSITORY,
];
const GITHUB = ['sign_in_required', 'forge_refused', 'forge_limited', 'forge_unreachable'];
const CONSOLE = ['illegal_transition', 'agent_unavailable'];

/** By operation; each that writes the log may also answer with one of `WRITING`. */
export const REFUSALS = {
  'tasks.create': MAKING,
  'tasks.create_many': [...MAKING, 'dependency_cycle'],
  'workflows.start': [...MAKING, 'dependency_cycle'],
  'recurring.save': REPOSITORY,
  'tasks.update': ['illegal_transition', 'led_elsewhere', 'unknown_dependency', 'dependency_cycle'],
  'tasks.delete': ['illegal_transition', 'merge_in_progress', 'led_elsewhere'],
  'tasks.cancel': ['illegal_transition', 'merge_in_progress', 'led_elsewhere'],
  'tasks.retry': ['illegal_transition', 'led_elsewhere'],
  'tasks.approve': ['illegal_transition', 'emergency_stopped', 'led_elsewhere'],
  'tasks.send_back': ['illegal_transition', 'merge_in_progress', 'led_elsewhere'],
  'tasks.reject': ['illegal_transition', 'merge_in_progress', 'led_elsewhere'],
  'agents.delete': ['agent_has_work', 'led_elsewhere'],
  'agents.drain': ['led_elsewhere'],
  'agents.resume': ['led_elsewhere'],
  'agents.change': ['led_elsewhere'],
  'agents.log': ['agent_unavailable'],
  'agents.update': ['agent_unavailable', 'no_executable', 'rollout_in_progress'],
  'rollouts.start': ['rollout_in_progress', 'no_executable'],
  'rollouts.pause': ['illegal_transition'],
  'rollouts.resume': ['illegal_transition'],
  'provisionings.answer': ['not_asked'],
  'provisionings.retry': ['not_asked', 'agent_unavailable'],
  'invitations.create': ['agent_unavailable'],
  'access.create': ['agent_unavailable'],
  'consoles.take_over': CONSOLE,
  'consoles.hand_back': CONSOLE,
  'consoles.shell': CONSOLE,
  'accounts.add': ['account_refused', 'storage_read_only'],
  'accounts.sign_in': ['account_refused', 'storage_read_only'],
  'settings.save': ['settings_changed', 'settings_unreadable'],
  'github.set_rules': ['settings_changed', 'settings_unreadable'],
  'github.sign_in': GITHUB,
  'github.repositories': GITHUB,
  'github.issues': GITHUB,
  'github.hook_install': GITHUB,
  'queue.clear': ['not_confirmed'],
};

/** Of the log itself. */
export const WRITING = [
  ...['storage_full', 'storage_read_only', 'storage_damaged', 'shutting_down'],
  'idempotency_conflict',
];
