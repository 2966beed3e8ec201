/** The settings screen, and what Koubou says about itself, in English. */
import type { SettingKey } from '../../shared/settings.ts';

export interface SettingWords {
  readonly label: string;
  readonly hint: string;
  /** What an empty field stands for. */
  readonly empty?: string;
  /** Names of the words that it may be. */
  readonly choices?: Readonly<Record<string, string>>;
}

const items: Record<SettingKey, SettingWords> = {
  'workshop.name': {
    label: 'Name of the workshop',
    hint: 'Stands in the title of the window: helps those who have several.',
    empty: 'Koubou',
  },
  'agents.count': {
    label: 'Agents on this PC',
    hint: '0 when only other PCs are to work.',
  },
  'agents.slots': {
    label: 'Tasks at once, per agent on this PC',
    hint: 'Other PCs have this in their own profile.',
    empty: 'as the processors allow',
  },
  'limits.checkpointMs': {
    label: 'Checkpoint every',
    hint: 'Work in progress is kept this often, so that little is lost with a PC.',
  },
  'limits.setupMs': {
    label: 'Longest setup',
    hint: 'The “setup” command of .koubou.yaml is ended after this.',
  },
  'limits.testMs': { label: 'Longest test run', hint: 'The tests are ended after this.' },
  'placement.strategy': {
    label: 'How agents are chosen',
    hint: 'What counts most among the agents that can take a task.',
    choices: {
      balanced: 'balanced',
      geography: 'near, with the repository there',
      capability: 'whoever does such tasks best',
      load: 'whoever has the most room',
    },
  },
  'placement.weights': {
    label: 'Points otherwise',
    hint: 'In place of those of the strategy, from 0 to 100, as in “cached: 6; speed: 0”.',
    empty: 'as the strategy has them',
  },
  'scaling.slots': {
    label: 'Slots follow the load',
    hint: 'An agent works on more tasks at once while its PC has room, and on fewer when it is slow.',
  },
  'scaling.mostSlots': {
    label: 'Slots at most',
    hint: 'Of each agent whose slots follow the load.',
  },
  'scaling.hosts': {
    label: 'Wake and rest standby PCs',
    hint: 'Woken while more than 70 % of all slots are needed, sent to rest while it is less than 21 %.',
  },
  'scaling.spares': {
    label: 'PCs to add when there is much to do',
    hint: 'Made agents over SSH, one by one, when no standby PC is left: “ci@pi-1; ci@pi-2 frontend testing”. Their host keys must be known.',
  },
  'queue.most': {
    label: 'Tasks that may wait',
    hint: 'More are refused, with the time after which to try again.',
  },
  'queue.userWaiting': {
    label: 'Waiting tasks of one user',
    hint: 'More of theirs are refused.',
    empty: 'no bound',
  },
  'queue.userRunning': {
    label: 'Running tasks of one user',
    hint: 'More of theirs wait, and others go first.',
    empty: 'no bound',
  },
  'queue.address': {
    label: 'Where the queue is',
    hint: 'embedded, or the Redis that several coordinators share. While running: koubou queue move.',
    empty: 'embedded',
  },
  'queue.site': {
    label: 'Name among coordinators',
    hint: 'What others that share the queue call this coordinator.',
    empty: 'as its PC',
  },
  'lan.open': {
    label: 'Let agents of other PCs in from the start',
    hint: 'Otherwise the door opens once somebody is invited or added. Only PCs that were let in can use it.',
  },
  'lan.host': {
    label: 'Address of the door',
    hint: 'An address of this PC; 0.0.0.0 stands for all of them.',
  },
  'lan.port': {
    label: 'Port of the door',
    hint: 'Agents that have joined already come to this port: move it only when it is taken.',
  },
  'engines.order': {
    label: 'Order of engines',
    hint: 'For tasks that leave the engine open: the first choice first, separated by commas. What is not named is not used.',
  },
  'engines.bySpecialty': {
    label: 'Another order for some tasks',
    hint: 'By specialty, as in “documentation: ollama, codex; testing: codex”.',
    empty: 'the same for all',
  },
  'engines.cheapFor': {
    label: 'Cheapest engine first',
    hint: 'For tasks of these specialties, as in “documentation, testing”: what runs on the agent first, then what is signed in there, then accounts.',
    empty: 'for none',
  },
  'engines.model': {
    label: 'Model of Claude Code',
    hint: 'For tasks that name none.',
    empty: 'its own choice',
  },
  'analysis.model': {
    label: 'Model that sorts new tasks',
    hint: 'As anthropic/MODEL or openai/MODEL, of an account that is added here. Asked only where rules do not tell what a task is about.',
    empty: 'none, only rules',
  },
  'analysis.dayDollars': {
    label: 'Sorting tasks, in dollars a day',
    hint: 'When so much is spent, only rules count until the next day.',
    empty: 'no bound',
  },
  'limits.engineMs': {
    label: 'Longest work of an engine',
    hint: 'An attempt is ended after this.',
  },
  'limits.engineIdleMs': {
    label: 'Longest silence of an engine',
    hint: 'An engine that prints nothing for so long is taken to hang.',
  },
  'limits.outputBytes': {
    label: 'Most output of an attempt',
    hint: 'An engine that prints more goes round in circles, and is ended.',
  },
  'budgets.taskDollars': {
    label: 'Dollars per task',
    hint: 'Calls of models through the gateway that would go beyond are refused, and you are asked.',
    empty: 'no bound',
  },
  'budgets.taskTokens': {
    label: 'Tokens per task',
    hint: 'Input and output of all attempts together. What is read from the cache is not counted.',
    empty: 'no bound',
  },
  'budgets.repositoryDollars': {
    label: 'Dollars per repository and day',
    hint: 'All tasks of one repository together, from midnight to midnight.',
    empty: 'no bound',
  },
  'budgets.repositoryTokens': {
    label: 'Tokens per repository and day',
    hint: 'All tasks of one repository together, from midnight to midnight.',
    empty: 'no bound',
  },
  'budgets.dayDollars': {
    label: 'Dollars per day',
    hint: 'The whole workshop, from midnight to midnight on this PC.',
    empty: 'no bound',
  },
  'budgets.dayTokens': {
    label: 'Tokens per day',
    hint: 'The whole workshop, from midnight to midnight on this PC.',
    empty: 'no bound',
  },
  'github.host': {
    label: 'Address of GitHub',
    hint: 'Where a sign-in goes that names no other: github.com, or https:// and your Enterprise server.',
  },
  'github.clientId': {
    label: 'Client id for signing in with a code',
    hint: 'Of an OAuth App of yours at GitHub with the device flow enabled. Tokens need none.',
    empty: 'not offered',
  },
  'github.pulls': {
    label: 'Pull requests are opened',
    hint: 'Reviewers are told of one that is ready at once; of a draft when somebody marks it ready.',
    choices: { ready: 'ready for review', draft: 'as drafts' },
  },
  'github.merge': {
    label: 'Merging',
    hint: 'By itself means: as soon as the checks and reviews that the repository asks for are there, without an approval here.',
    choices: { by_hand: 'after an approval here or at GitHub', auto: 'by itself' },
  },
  'github.mergeMethod': {
    label: 'Way of merging',
    hint: 'Where a repository does not allow it, another one that it allows is taken.',
    choices: { squash: 'squash', merge: 'merge commit', rebase: 'rebase' },
  },
  'github.labels': {
    label: 'Labels on issues begin with',
    hint: 'An issue shows how its task stands: queued, working, review, done, failed. Empty: no labels are set.',
    empty: 'none',
  },
  'github.comments': {
    label: 'Comment on the issue',
    hint: 'One comment that is kept up to date: state, agent, attempt, pull request.',
  },
  'github.sessionIssues': {
    label: 'Issues about sign-ins go to',
    hint: 'As owner/name. While a model account is signed out, an issue is open there; closing it has the account checked.',
    empty: 'nowhere',
  },
  'github.pollSeconds': {
    label: 'Seconds between two looks at GitHub',
    hint: 'For what no webhook told. A look that finds nothing new costs nothing of what GitHub allows.',
  },
  'backups.every': {
    label: 'A backup every',
    hint: 'Only when something changed since. 0: none by itself.',
  },
  'backups.keep': { label: 'Backups kept', hint: 'The oldest goes when there are more.' },
};

export const enSettings = {
  title: 'Settings',
  search: 'Search the settings',
  nothing: (query: string) => `No setting has “${query}” in it`,
  nothingTodo: 'Try another word, in English or Japanese.',
  nav: 'Sections',
  sections: {
    workshop: 'Workshop',
    network: 'Network',
    engines: 'Engines',
    accounts: 'Accounts',
    github: 'GitHub',
    backups: 'Backups',
    notices: 'Notifications',
    appearance: 'Appearance',
    updates: 'Updates',
    security: 'Security',
    about: 'About',
  },
  leads: {
    workshop: 'This PC and the bounds of every attempt.',
    network: 'Where agents of other PCs come in, and people on other devices.',
    engines: 'Which model does the thinking, and for how long.',
    accounts: 'Whose models engines speak to. Keys stay here; no agent gets one.',
    github: 'Where issues come from and pull requests go.',
    backups: 'Copies of the workshop’s record, checked when they are made.',
    notices: 'What the desktop app tells you about. In force at once.',
    appearance: 'Of this window only; takes effect at once.',
    updates: 'New versions of the desktop app, and the way back.',
    security: 'What is open to whom. Nothing here has to be set.',
    about: 'What this is, and what it is made of.',
  },
  items,
  units: {
    text: '',
    switch: '',
    count: '',
    seconds: 'seconds',
    minutes: 'minutes',
    megabytes: 'MB',
    hours: 'hours',
  },
  on: 'Yes',
  off: 'No',
  mistakes: {
    number: 'Give a number.',
    least: (n: string, unit: string) => `At least ${n}${unit === '' ? '' : ` ${unit}`}.`,
    most: (n: string, unit: string) => `At most ${n}${unit === '' ? '' : ` ${unit}`}.`,
    longest: (n: number) => `At most ${n} characters.`,
    whole: 'Give a whole number.',
    needed: 'Must not be empty.',
  },
  takes: {
    now: 'at once',
    attempt: 'from the next attempt on',
    restart: 'after a restart',
  },
  toDefault: (value: string) => `Back to ${value}`,
  unsaved: 'Not saved',
  byFlag: (flag: string) =>
    `Decided by ${flag}, which the coordinator was started with. Start it without to set this here.`,
  changes: (n: number) => (n === 1 ? '1 change' : `${n} changes`),
  wrong: (n: number) => (n === 1 ? '1 is not right yet' : `${n} are not right yet`),
  save: 'Save',
  discard: 'Discard',
  changedElsewhere:
    'The file was changed meanwhile. What you typed is still here: look, then save.',
  problem: (line: number | null) =>
    line === null ? 'config.yaml has a mistake' : `config.yaml has a mistake in line ${line}`,
  problemTodo:
    'What was in force before stays in force. Correct the file; nothing can be saved before.',
  again: 'Look again',
  waits: (n: number) =>
    n === 1 ? '1 setting waits for a restart.' : `${n} settings wait for a restart.`,
  inForce: (value: string) => `Until then: ${value}`,
  restart: 'Restart the coordinator',
  restartHint: 'Takes seconds. Agents go on with what they have.',
  restartByHand: 'End “koubou serve” with Ctrl C and start it again.',
  file: 'Kept in',
  own: {
    atLogin: {
      label: 'Start when I log in',
      hint: 'Koubou comes up in the tray, without its window, and its agents work.',
    },
    quiet: {
      label: 'Notices of the system',
      hint: 'For what needs you while you look elsewhere. Quiet mode keeps them back.',
    },
    language: { label: 'Language', hint: 'Of this window.' },
    scheme: { label: 'Colours', hint: 'Light, dark, or as the system has it. The theme.' },
  },
  onlyInstalled: 'The installed app can; this one was not installed.',
  onlyDesktop: 'The desktop app shows them; a browser does not.',
  securityFacts: [
    {
      label: 'The window and programs of this PC',
      text: 'come in at 127.0.0.1 only, with the token of the data folder. Who can read that file may do everything.',
    },
    {
      label: 'Agents of other PCs',
      text: 'come in at the door with a certificate each, over TLS 1.3. Remove an agent, and it is out at once.',
    },
    {
      label: 'People on other devices',
      text: 'come in at the same door with a link of their own, with the role that it carries. Put them out under Network, and they are out at once.',
    },
    {
      label: 'Repositories',
      text: 'are read and written by this PC alone, with your own git. An agent can push to the branch of its attempt and nowhere else.',
    },
    {
      label: 'Passwords and keys',
      text: 'What signs in at GitHub is in the system’s keychain, or in a file that only you can read, and goes nowhere else. Git and the engines use their own.',
    },
    {
      label: 'The record',
      text: 'is a chain of hashes. A changed, added or missing event shows when it is checked.',
    },
  ],
  tokenFile: 'File of the token',
  toAudit: 'Look into the record',
};

export const enAbout = {
  tagline: 'A workshop of coding agents on your own PCs.',
  window: 'This window',
  coordinator: 'Coordinator',
  build: (build: string) => `build ${build}`,
  different: 'Window and coordinator are of different versions: close the app and open it again.',
  dataFolder: 'Data folder',
  open: 'Open',
  licence: 'Licence',
  licenceText: 'MIT. Free to use, change and pass on.',
  made: 'Made with',
  packages: (n: number) => `${n} packages, each with its licence`,
  show: 'Show',
  filter: 'Find a package',
  links: 'Read on',
  guide: 'First steps',
  keys: 'Keyboard shortcuts',
};
