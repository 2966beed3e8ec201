/** What goes wrong around tasks, agents and the coordinator, and what is being done about it, in English. */
import type { ConditionKind } from '../../shared/domain/condition.ts';

const conditions: Record<ConditionKind, { short: string; agent: string; coordinator: string }> = {
  disk_low: {
    short: 'Disk nearly full',
    agent: 'Little room is left on its disk. Work goes on.',
    coordinator: 'The coordinator’s disk is nearly full. Work goes on; make room soon.',
  },
  disk_full: {
    short: 'Disk full',
    agent: 'It takes no work while its disk is full.',
    coordinator: 'The coordinator’s disk is full: nothing new is taken until there is room.',
  },
  read_only: {
    short: 'Disk takes no writes',
    agent: 'It takes no work while its disk takes no writes.',
    coordinator: 'The coordinator’s disk takes no writes: nothing new is taken until it does.',
  },
  journal_full: {
    short: 'Journal full',
    agent: 'It takes no work while its journal cannot grow.',
    coordinator: 'The coordinator’s log cannot grow: nothing new is taken until it can.',
  },
  unsafe_work: {
    short: 'Work to be saved',
    agent: 'Work trees are kept there because what was done in them is nowhere else.',
    coordinator: 'Work trees are kept because what was done in them is nowhere else.',
  },
  no_terminal: {
    short: 'No terminals',
    agent: 'Its system is too old for terminals: commands run without one. Work goes on.',
    coordinator: 'This system is too old for terminals: commands run without one.',
  },
  name_resolution: {
    short: 'Names are not found',
    agent: 'It cannot look up the names of other machines. Work goes on where it can.',
    coordinator:
      'The coordinator cannot look up names: repositories on other machines wait until it can.',
  },
  tunnel_down: {
    short: 'A tunnel is down',
    agent: 'Its tunnel to the coordinator is down.',
    coordinator:
      'A tunnel to an agent is down, and needs somebody to sign in: add that PC again. With an SSH key it comes back by itself.',
  },
  github_sign_in: {
    short: 'Signed out at GitHub',
    agent: 'Its coordinator is signed out at GitHub.',
    coordinator:
      'GitHub does not take an account of this workshop any more. Sign in again: what waits goes on by itself.',
  },
  model_sign_in: {
    short: 'Signed out at a model provider',
    agent: 'Its coordinator is signed out at a model provider.',
    coordinator:
      'A model account is signed out. Sign in again under Settings, Accounts: what waits goes on.',
  },
  shared_queue: {
    short: 'Trouble with the shared queue',
    agent: 'Its coordinator has trouble with the queue that it shares.',
    coordinator:
      'The queue that this coordinator shares is away, or is not set as it should be. What is worked on goes on.',
  },
  github_sync: {
    short: 'GitHub is not followed',
    agent: 'Its coordinator cannot follow something at GitHub.',
    coordinator:
      'Something at GitHub cannot be followed any more: what changes there does not reach its task.',
  },
  limit_near: {
    short: 'A limit is near',
    agent: 'Its coordinator is near a limit.',
    coordinator:
      'A limit or budget of models is nearly used up. Requests are slowed down before it is.',
  },
};

export const enTroubles = {
  conditions,
  since: (when: string) => `began ${when}`,
  seconds: (n: number) => `${n} s`,
  reconnecting: {
    short: 'reconnecting',
    shortIn: (seconds: string) => `reconnecting · ${seconds}`,
    title: (agent: string) => `${agent} cannot be reached`,
    text: (seconds: string) => `The task is given to another agent in ${seconds} if it stays away.`,
    now: 'The task is being given to another agent.',
    todo: 'Nothing to do. If it comes back in time, it goes on where it is.',
    tile: (seconds: string) => `Cannot be reached. Its work is given away in ${seconds}.`,
    tileNow: 'Cannot be reached. Its work is being given away.',
    tileIdle: 'Cannot be reached. It had nothing to do.',
  },
  paused: {
    short: 'stands still',
    title: 'Stands still',
    text: (agent: string) =>
      `${agent} cannot hear the coordinator and has stopped its processes, so that nothing runs twice. They go on as soon as it can.`,
  },
  resuming: {
    short: (from: string) => `goes on from ${from}`,
    title: (from: string, agent: string) => `Goes on from what ${from} had done on ${agent}`,
    text: (commit: string, age: string) => `Checkpoint ${commit}, made ${age}.`,
    next: (from: string) => `The next attempt goes on from what ${from} had done.`,
  },
  lost: { kept: 'Its work is kept on', nothing: 'It had nothing yet that could be kept.' },
  fenced: {
    title: 'It came back after its task was given away; nothing of it counted.',
    what: (what: string) => `Refused: ${what}`,
  },
  parked: {
    short: 'Parked',
    title: 'Parked: its processes were killed twice',
    text: 'It is not tried again by itself, so that it does not take one agent after the other.',
    evidence: 'Where it was killed',
    todo: 'Find out what the engine or the tests use up (memory first), then retry.',
  },
  waiting: {
    short: (seconds: string) => `tried again in ${seconds}`,
    chip: 'Waiting',
    text: (seconds: string) =>
      `Tried again in ${seconds}, and then every half minute until it works.`,
    now: 'Tried again now.',
  },
  kept: { title: 'Kept work', hint: 'Work in progress of attempts that ended early.' },
  marks: {
    row: 'Safe points',
    checkpoint: (commit: string, when: string) => `Checkpoint ${commit} at ${when}`,
    checkpoints: (n: number, when: string) => `${n} checkpoints, the last at ${when}`,
    pause: (length: string) => `Stood still for ${length}`,
    fenced: (when: string) => `Came back and was refused at ${when}`,
    kept: (commit: string, when: string) => `Work kept as ${commit} at ${when}`,
    handover: (from: string, to: string) => `${from} → ${to}`,
    handoverTitle: 'Handed over with the work',
    goesOn: (commit: string) => `goes on from checkpoint ${commit}`,
  },
  health: { reconnecting: (n: number) => `${n} reconnecting` },
  backups: {
    menu: 'Backups',
    now: 'Back up now',
    title: 'Backups',
    lead: 'Copies of everything the coordinator knows. Each was opened and checked when it was made.',
    schedule: (hours: number, keep: number) =>
      hours === 0
        ? `None is made by itself. The newest ${keep} are kept.`
        : `One is made every ${hours === 1 ? 'hour' : `${hours} hours`} when something has changed. The newest ${keep} are kept.`,
    none: 'No backup yet.',
    last: (when: string) => when,
    never: 'none yet',
    failed: 'The last one failed',
    restore: 'To bring this one back, quit Koubou and type:',
  },
  notify: {
    review: 'Ready for your review',
    checks: 'Checks of a pull request failed',
    changes: 'A reviewer asked for changes',
    parked: 'A task is parked',
    failed: 'A task failed for good',
    storage: 'The coordinator is in trouble',
    models: 'Model accounts need you',
    asking: 'A PC asks you something',
    lost: 'An agent was lost with its work',
    stopped: 'The workshop was stopped',
    many: {
      review: (n: number) => `${n} tasks are ready for your review`,
      checks: (n: number) => `Checks of ${n} pull requests failed`,
      changes: (n: number) => `Reviewers asked for changes of ${n} tasks`,
      parked: (n: number) => `${n} tasks are parked`,
      failed: (n: number) => `${n} tasks failed for good`,
      storage: (n: number) => `The coordinator has ${n} troubles`,
      models: (n: number) => `Model accounts have ${n} troubles`,
      asking: (n: number) => `${n} PCs ask you something`,
      lost: (n: number) => `${n} agents were lost with their work`,
      stopped: () => 'The workshop was stopped',
    },
    and: (titles: readonly string[]) => titles.join(', '),
  },
};
