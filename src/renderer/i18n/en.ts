/** Every word the window says, in English. Other languages are typed against this table. */
import { enAnalysis } from './en-analysis.ts';
import { enAgents } from './en-agents.ts';
import { enAudit } from './en-audit.ts';
import { enChart } from './en-chart.ts';
import { enCharts } from './en-charts.ts';
import { enConsoles } from './en-consoles.ts';
import { enEmergency } from './en-emergency.ts';
import { enEvents } from './en-events.ts';
import { enCallErrors, enFailures } from './en-errors.ts';
import { enAccounts } from './en-accounts.ts';
import { enGithub } from './en-github.ts';
import { enGithubSync } from './en-github-sync.ts';
import { enGuide } from './en-guide.ts';
import { enHosts } from './en-hosts.ts';
import { enImport } from './en-import.ts';
import { enNative } from './en-native.ts';
import { enOverview } from './en-overview.ts';
import { enPeople } from './en-people.ts';
import { enPlayer } from './en-player.ts';
import { enProvisioning } from './en-provisioning.ts';
import { enPull } from './en-pull.ts';
import { enPlacement } from './en-placement.ts';
import { enQueue } from './en-queue.ts';
import { enReasons } from './en-reasons.ts';
import { enAbout, enSettings } from './en-settings.ts';
import { enShell } from './en-shell.ts';
import { enReview } from './en-review.ts';
import { enStart } from './en-start.ts';
import { enTask } from './en-task.ts';
import { enTasks } from './en-tasks.ts';
import { enTroubles } from './en-troubles.ts';
import { enUpdates } from './en-updates.ts';
import { enUsage } from './en-usage.ts';

export const en = {
  language: 'English',
  appName: 'Koubou',
  nav: {
    label: 'Main',
    overview: 'Overview',
    tasks: 'Tasks',
    agents: 'Agents',
    queue: 'Queue',
    audit: 'Audit',
    settings: 'Settings',
    usage: 'Usage',
  },
  header: {
    newTask: 'New task',
    search: 'Search',
    pause: 'Pause queue',
    resume: 'Resume queue',
    paused: 'Queue paused',
    menu: 'Menu',
    appearance: 'Appearance',
    light: 'Light',
    dark: 'Dark',
    system: 'System',
    languageTitle: 'Language',
    help: 'Keyboard shortcuts',
    skip: 'Skip to content',
  },
  health: {
    agents: (n: number) => (n === 0 ? 'no agent connected' : n === 1 ? '1 agent' : `${n} agents`),
    running: (n: number) => (n === 1 ? '1 task running' : `${n} tasks running`),
    waiting: (n: number) => (n === 1 ? '1 waiting' : `${n} waiting`),
    review: (n: number) => (n === 1 ? '1 needs your review' : `${n} need your review`),
    failed: (n: number) => `${n} failed`,
    idle: 'nothing to do',
    join: (parts: readonly string[]) => parts.join(', '),
  },
  states: {
    scheduled: 'Scheduled',
    blocked: 'Blocked',
    pending: 'New',
    analyzing: 'Reading',
    queued: 'Queued',
    assigned: 'Assigned',
    in_progress: 'Working',
    testing: 'Testing',
    review: 'Review',
    completed: 'Merged',
    failed: 'Failed',
    cancelled: 'Cancelled',
  },
  groups: {
    waiting: 'Waiting',
    working: 'In work',
    review: 'Needs you',
    failed: 'Failed',
    done: 'Done',
  },
  agentStates: {
    offline: 'Offline',
    idle: 'Idle',
    busy: 'Busy',
    overloaded: 'Overloaded',
    maintenance: 'Paused',
    error: 'Error',
    provisioning: 'Setting up',
    updating: 'Updating',
  },
  attemptStates: {
    assigned: 'Assigned',
    running: 'Running',
    succeeded: 'Succeeded',
    failed: 'Failed',
    cancelled: 'Cancelled',
    lost: 'Lost',
  },
  phases: {
    prepare: 'Prepare',
    analyse: 'Analyse',
    implement: 'Implement',
    apply: 'Apply',
    test: 'Test',
    push: 'Push',
    report: 'Report',
  },
  outcomes: {
    passed: 'passed',
    failed: 'failed',
    skipped: 'skipped',
    running: 'running',
    cut: 'cut short',
  },
  priorities: { urgent: 'Urgent', high: 'High', normal: 'Normal', low: 'Low' },
  specialties: {
    backend: 'Backend',
    frontend: 'Frontend',
    testing: 'Testing',
    devops: 'DevOps',
    database: 'Database',
    security: 'Security',
    documentation: 'Documentation',
    general: 'General',
  },
  engines: {
    auto: 'Automatic',
    'claude-code': 'Claude Code',
    anthropic: 'Claude (built in)',
    codex: 'Codex',
    opencode: 'OpenCode',
    ollama: 'Ollama',
    command: 'Command',
  },
  connection: {
    starting: 'Starting the workshop…',
    connecting: 'Connecting…',
    lost: 'The coordinator is away. Trying to reach it again…',
    restarting: (attempt: number, most: number) =>
      `The coordinator stopped. Starting it again (try ${attempt} of ${most})…`,
    lostNote: 'What you see is the last known state. Agents go on with what they have.',
    failedTitle: 'The coordinator cannot start',
    failedLead: 'Tasks and recordings are safe in the data folder. This is what happened:',
    logTitle: 'Its last lines',
    retry: 'Try again',
    noToken: 'This address lacks the token',
    noTokenTodo:
      'Open the address that “koubou serve” prints on its terminal, or the link that you were given. Both end with “#token=…”.',
    badToken: 'The token is not valid any more',
    nonsense: 'The coordinator is of another version. Update Koubou and reload.',
  },
  tasks: {
    title: 'Tasks',
    board: 'Board',
    table: 'Table',
    search: 'Filter tasks',
    searchHint: 'Title, number, repository, agent',
    clear: 'Clear filters',
    shown: (shown: number, all: number) => (shown === all ? `${all}` : `${shown} of ${all}`),
    filterState: 'State',
    filterAgent: 'Agent',
    filterPriority: 'Priority',
    none: 'No task fits these filters',
    emptyColumn: {
      waiting: 'Nothing waits',
      working: 'Nobody is at work',
      review: 'Nothing needs you',
      failed: 'Nothing failed',
      done: 'Nothing is done yet',
    },
    columns: {
      task: 'Task',
      state: 'State',
      progress: 'Progress',
      agent: 'Agent',
      repo: 'Repository',
      change: 'Change',
      updated: 'Updated',
    },
    older: 'Load older tasks',
    attempt: (n: number) => `attempt ${n}`,
    retriesAt: (when: string) => `tries again ${when}`,
    waitsFor: (n: number) => (n === 1 ? 'waits for 1 task' : `waits for ${n} tasks`),
  },
  agents: {
    title: 'Agents',
    slots: 'Slots',
    slotsOf: (used: number, all: number) => `${used} of ${all} in use`,
    cpu: 'CPU',
    memory: 'Memory',
    disk: 'Disk',
    free: (size: string) => `${size} free`,
    pause: 'Pause',
    pauseHint: 'Give it no new work; it ends what it has',
    resume: 'Resume',
    remove: 'Remove',
    tasks: 'Working on',
    noTasks: 'Free for work',
    takesNone: 'Takes no new work',
    ready: 'ready',
    reconnecting: 'Reconnecting',
    blocked: 'In trouble',
    lastSeen: (when: string) => `left ${when}`,
    more: (n: number) => `+${n}`,
    emptyTitle: 'No agent yet',
    emptyText: 'This PC becomes the first agent when the coordinator has started it.',
    cores: (n: number) => (n === 1 ? '1 core' : `${n} cores`),
  },
  toast: {
    review: 'Ready for your review',
    failed: 'Task failed',
    refused: 'Not merged',
    completed: 'Merged',
    checksFailed: 'Checks of a pull request failed',
    changesAsked: 'A reviewer asked for changes',
    open: 'Open',
  },
  help: {
    title: 'Keyboard shortcuts',
    next: 'Next',
    previous: 'Previous',
    open: 'Open',
    filter: 'Filter',
    tabs: 'Choose a view',
    back: 'Back to the list',
  },
  common: {
    close: 'Close',
    cancel: 'Cancel',
    copy: 'Copy',
    copied: 'Copied',
    loading: 'Loading…',
    again: 'Try again',
    notFoundTitle: 'There is nothing here',
    notFoundText: 'The address leads nowhere.',
    toTasks: 'To the tasks',
    crashedTitle: 'This view broke',
    crashedText: 'The workshop goes on. Reload the view; if it breaks again, tell us what it says.',
    reload: 'Reload',
  },
  about: enAbout,
  audit: enAudit,
  chart: enChart,
  charts: enCharts,
  fleet: enAgents,
  overview: enOverview,
  player: enPlayer,
  provisioning: enProvisioning,
  pull: enPull,
  placement: enPlacement,
  queue: enQueue,
  reasons: enReasons,
  people: enPeople,
  settings: enSettings,
  shell: enShell,
  emergency: enEmergency,
  native: enNative,
  updates: enUpdates,
  review: enReview,
  start: enStart,
  task: enTask,
  consoles: enConsoles,
  events: enEvents,
  accounts: enAccounts,
  analysis: enAnalysis,
  github: enGithub,
  githubSync: enGithubSync,
  guide: enGuide,
  hosts: enHosts,
  imports: enImport,
  taskList: enTasks,
  troubles: enTroubles,
  usage: enUsage,
  callErrors: enCallErrors,
  failures: enFailures,
};

export type Text = typeof en;
