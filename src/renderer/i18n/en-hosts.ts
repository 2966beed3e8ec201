/** Adding PCs, watching them become agents, inviting and updating, in English. */
import type { AgentProfile } from '../../shared/domain/agent.ts';
import type {
  HostSuggestion,
  NewHost,
  PreflightItem,
  ProvisioningKind,
  StepName,
  StepState,
} from '../../shared/provisioning.ts';
import type { Rollout } from '../../shared/rollout.ts';

type Clearance = AgentProfile['clearance'];

const clearances: Record<Clearance, string> = {
  public: 'Public',
  internal: 'Internal',
  confidential: 'Confidential',
};

const from: Record<HostSuggestion['from'][number], string> = {
  ssh_config: 'SSH config',
  known_hosts: 'known hosts',
  mdns: 'on the LAN',
};

const installs: Record<NewHost['install'], string> = {
  user: 'For one user',
  system: 'For the whole PC',
};

const installHints: Record<NewHost['install'], string> = {
  user: 'Needs no root: a service of the user who signs in.',
  system: 'As root or with sudo: a service with a system user of its own.',
};

const steps: Record<StepName, string> = {
  connect: 'Connect',
  host_key: 'Host key',
  sign_in: 'Sign in',
  probe: 'Look at the PC',
  preflight: 'Requirements',
  upload: 'Upload',
  install: 'Install',
  start: 'Start',
  self_test: 'Self-test',
  remove: 'Remove',
};

const stepStates: Record<StepState, string> = {
  waiting: 'waiting',
  running: 'under way',
  asking: 'asks you',
  done: 'done',
  warned: 'done, with a warning',
  failed: 'failed',
  skipped: 'skipped',
};

const kinds: Record<ProvisioningKind, string> = {
  add: 'Add',
  check: 'Look only',
  uninstall: 'Uninstall',
};

const verdicts: Record<PreflightItem['verdict'], string> = {
  good: 'Good',
  note: 'Note',
  bad: 'Below the minimum',
  missing: 'Missing',
};

const rolloutStates: Record<Rollout['agents'][number]['state'], string> = {
  waiting: 'waiting',
  running: 'updating',
  done: 'updated',
  failed: 'failed',
  skipped: 'skipped',
};

export const enHosts = {
  clearances,
  add: {
    button: 'Add PCs',
    title: 'Add PCs',
    lead: 'Koubou signs in over SSH, puts one program there, and the PC joins the workshop. You see every step.',
    field: 'Which PCs?',
    hint: 'One per line, a range, or CSV with a header. A text file can be dropped here.',
    placeholder: 'aya@192.168.1.20\nben@10.0.0.[10-20]\nbuild{01..08}.lan',
    file: 'Read a file…',
    fileTooLarge: 'This file is too large for a list of PCs. Take at most 500 lines.',
    found: (n: number) => (n === 0 ? 'No PC yet' : n === 1 ? '1 PC' : `${n} PCs`),
    mistakes: (n: number) => (n === 1 ? '1 line is not clear' : `${n} lines are not clear`),
    line: (n: number) => `Line ${n}`,
    more: (n: number) => `and ${n} more`,
    tooMany: (most: number) => `At most ${most} at once. Add the others afterwards.`,
    suggestions: 'Known to this PC',
    from,
    hasKoubou: 'runs a Koubou agent',
    hasOtherKoubou: 'is an agent of another workshop',
    forAll: (n: number) => (n === 1 ? 'For this PC' : `For all ${n} PCs`),
    forAny: 'For all of them',
    name: 'Name',
    namePlaceholder: 'its own name',
    groups: 'Groups',
    groupsPlaceholder: 'build, gpu, office …',
    location: 'Location',
    locationPlaceholder: 'Tokyo, 3rd floor',
    clearance: 'Clearance',
    clearanceHint: 'The most confidential work it may see',
    listSays: 'The list says it for each PC',
    specialties: 'Specialties',
    install: 'Install',
    installs,
    installHints,
    wake: 'Hardware address',
    wakeHint: 'Wakes it over the network; may stay empty',
    wakeWrong: 'A hardware address looks like 00:1b:44:11:3a:b7.',
    submit: (n: number) => (n <= 1 ? 'Add this PC' : `Add ${n} PCs`),
    check: 'Only look at it',
    checkHint: 'Signs in and checks the requirements; changes nothing there',
  },
  runs: {
    title: 'Set-up of PCs',
    summary: (done: number, all: number) => `${done} of ${all} done`,
    asks: (n: number) => (n === 1 ? '1 asks' : `${n} ask`),
    failed: (n: number) => `${n} failed`,
    join: (parts: readonly string[]) => parts.join(', '),
    filters: {
      all: 'All',
      asking: 'Asks you',
      failed: 'Failed',
      underWay: 'Under way',
      done: 'Done',
    },
    filter: 'Show',
    putAway: 'Hide finished',
    none: 'None of them',
    kinds,
    steps,
    stepStates,
    waiting: 'Waits for its turn',
    asking: 'Asks you',
    done: 'Ready for work',
    checked: 'Looked at; nothing was changed',
    removed: 'Removed without a trace',
    cancelled: 'Cancelled; the PC has what it had before',
    progress: (done: number, all: number) => `step ${done} of ${all}`,
    retry: 'Try again',
    retryHint: 'What is there already is used',
    cancel: 'Cancel',
    cancelHint: 'The PC keeps what it had before',
    open: 'Show the steps',
    output: 'Output',
    uploaded: (done: string, all: string) => `${done} of ${all}`,
    speed: (size: string) => `${size}/s`,
    tunnel: 'via tunnel',
    tunnelHint:
      'This PC cannot reach the coordinator by itself. The SSH connection carries the way back and is made again when it breaks.',
    stoppedAt: (step: string) => `Stopped at: ${step}`,
    problem: 'What went wrong',
  },
  report: {
    title: 'Requirements',
    verdicts,
    check: 'Check',
    found: 'Found',
    wanted: 'Wanted',
    advice: 'What to do',
    allGood: (n: number) => `All ${n} checks are good`,
    some: (good: number, all: number) => `${good} of ${all} checks are good`,
  },
  ask: {
    hostKey: (host: string) => `Is this really ${host}?`,
    hostKeyText:
      'This PC has not been seen before. Compare its fingerprint with what the PC itself says:',
    hostKeyHow: 'On that PC, run',
    fingerprint: 'Fingerprint',
    trust: 'I compared it: trust',
    stop: 'Stop',
    what: {
      password: (host: string) => `Password for ${host}`,
      passphrase: (host: string) => `Passphrase of the key for ${host}`,
      interactive: (host: string) => `${host} asks`,
      sudo_password: (host: string) => `Password for sudo on ${host}`,
    },
    prompts: { password: 'Password', passphrase: 'Passphrase', interactive: 'Answer' },
    kept: 'Used once and never stored.',
    send: 'Continue',
    sent: 'Sent. Waiting for the PC…',
  },
  invite: {
    button: 'Invite',
    hint: 'For a PC that cannot be reached over SSH',
    title: 'Invite a PC',
    lead: 'Where SSH does not reach, the PC joins by itself: copy the program “koubou” there and run one command. It works once.',
    name: 'Name',
    namePlaceholder: 'its own name',
    make: 'Make an invitation',
    again: 'Make another one',
    command: 'On that PC, run',
    left: (time: string) => `Good for ${time}`,
    over: 'This invitation is over. Make another one.',
    secret: 'Whoever has this command can join. Do not send it where others read.',
  },
  agent: {
    via: {
      ssh: (host: string) => `over SSH · ${host}`,
      invitation: 'by invitation',
      local: 'this PC',
    },
    host: 'Joined',
    location: 'Location',
    groups: 'Groups',
    clearance: 'Clearance',
    certificate: 'Certificate',
    certificateText: (key: string) => `key ${key}`,
    certificateHint: 'It renews itself. SHA-256 of its public key; any other key is refused:',
    updateReady: (version: string) => `${version} is ready`,
    update: 'Update',
    updateHint: 'Tries the new version beside the old one; running tasks go on',
    updating: (version: string) => `Trying ${version}. The old version goes on until it is proved.`,
    updateFailed: (version: string) => `${version} failed here; the old version goes on.`,
    edit: 'Edit…',
    uninstall: 'Uninstall…',
    remove: 'Remove from the list',
    more: (name: string) => `More for ${name}`,
    settingUp: 'Is being set up',
  },
  edit: {
    title: (name: string) => `Edit ${name}`,
    save: 'Save',
    standby: 'Standby',
    standbyHint:
      'Sent to rest while there is little to do, and woken when there is much, if the settings say so.',
    mayOrder: 'Programs on it may order tasks',
    mayOrderHint:
      'Through the agent’s own API, of any repository that this PC can read. The tasks run on this agent.',
  },
  uninstall: {
    title: (name: string) => `Uninstall ${name}`,
    lead: (host: string) =>
      `Koubou signs in on ${host} over SSH, stops the agent, removes all that was made there, and checks that nothing is left.`,
    work: 'It still has work. What runs there is stopped, and goes to other agents.',
    confirm: (name: string) => `Type “${name}” to confirm`,
    submit: 'Uninstall',
  },
  rollout: {
    button: (n: number) => (n === 1 ? 'Update 1 agent' : `Update ${n} agents`),
    title: 'Update the agents',
    lead: (version: string) =>
      `Version ${version} is tried beside the old one on each agent. It takes over only when it passes the self-test; running tasks go on.`,
    atOnce: 'At once',
    start: 'Start',
    running: (version: string) => `Updating to ${version}`,
    paused: (version: string) => `Update to ${version} is paused`,
    stopped: (version: string) => `Update to ${version} stopped`,
    done: (version: string) => `All on ${version}`,
    doneSome: (version: string, n: number) => `Update to ${version} ended; ${n} not updated`,
    progress: (done: number, all: number) => `${done} of ${all}`,
    pause: 'Pause',
    resume: 'Resume',
    past: 'Go on past it',
    pastHint: 'Leaves the agent that failed on its old version',
    stoppedWhy: (agent: string) => `${agent} did not pass. No other agent was begun.`,
    hide: 'Hide',
    states: rolloutStates,
    details: 'Agents',
  },
  attention: {
    health: (n: number) => (n === 1 ? '1 PC asks you' : `${n} PCs ask you`),
  },
};
