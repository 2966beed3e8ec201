/** Accounts at GitHub, what they may do, and what is left of their requests, in English. */
import type { GitHubAccount, GitHubRight } from '../../shared/contract-github.ts';

const rights: Record<GitHubRight, string> = {
  read_code: 'read code',
  push: 'push branches',
  read_issues: 'read issues',
  write_issues: 'write on issues',
  open_pulls: 'open pull requests',
  read_checks: 'read checks',
  workflows: 'change workflows',
  webhooks: 'set up webhooks',
};

const kinds: Record<GitHubAccount['kind'], string> = {
  classic: 'classic token',
  fine_grained: 'fine-grained token',
  app: 'GitHub App',
  device: 'signed in with a code',
  gh: 'token of gh',
};

const states: Record<GitHubAccount['state'], string> = {
  ok: 'Signed in',
  revoked: 'Not taken any more',
  unreachable: 'Not reachable',
};

export const enGithub = {
  accounts: 'Accounts',
  none: 'Nobody is signed in at GitHub',
  noneText:
    'Sign in, and issues come in by a dragged link, a picker or a rule, and changes go back as pull requests.',
  check: 'Check again',
  signIn: 'Sign in at GitHub',
  another: 'Add another account',
  signOut: 'Sign out',
  signOutTitle: (login: string) => `Sign out ${login}?`,
  signOutText:
    'Its secret is forgotten here. Tasks that need it wait until somebody signs in again. At GitHub, nothing is taken back.',
  kinds,
  states,
  rights,
  may: (list: string) => `May ${list}.`,
  mayNot: (right: string, give: string | null) =>
    give === null ? `May not ${right}` : `May not ${right}: give it ${give}`,
  unsure: (list: string) => `Shows when it is tried: ${list}.`,
  and: (parts: readonly string[]) => parts.join(', '),
  checked: 'Checked',
  expires: 'Ends',
  resources: (name: string) =>
    name === 'core'
      ? 'Requests'
      : name === 'graphql'
        ? 'GraphQL'
        : name === 'search'
          ? 'Search'
          : name,
  left: (remaining: string, limit: string, until: string) =>
    `${remaining} of ${limit} until ${until}`,
  waiting: (n: number) => (n === 1 ? '1 request waits' : `${n} requests wait`),
  pausedUntil: (when: string) => `GitHub asked for a pause until ${when}`,
  ways: { token: 'Token', device: 'Code', app: 'GitHub App', gh: 'gh' },
  way: 'How to sign in',
  host: 'Address',
  hostHint: 'github.com, or https:// and your Enterprise server',
  token: 'Token',
  tokenHint:
    'Fine-grained: Contents, Issues and Pull requests “Read and write”, Checks and Metadata “Read”. Classic: the scope “repo”.',
  makeToken: 'Make one at GitHub',
  appId: 'App id',
  appHint: 'On the page of the App at GitHub, under “About”.',
  key: 'Private key',
  chooseKey: 'Choose the .pem file',
  pastedKey: 'or paste it here',
  installation: 'Installation id',
  installationHint: 'Empty: every installation that there is.',
  deviceHint: 'A short code is shown here, which you type at GitHub in your browser.',
  deviceNeeds: 'This needs the client id of an OAuth App, which is set below. A token needs none.',
  ghHint:
    'Takes the token that “gh auth login” has left on the PC of the coordinator. Nothing is typed.',
  secretHint: 'Kept in the keychain of the coordinator’s PC, and never shown again.',
  go: 'Sign in',
  getCode: 'Get a code',
  code: 'Your code',
  typeCode: 'Type it at',
  openBrowser: 'Open in browser',
  copyCode: 'Copy the code',
  waits: (left: string) => `Waits for you at GitHub. The code is good for ${left}.`,
  codeFailed: 'The code was not taken',
  startOver: 'Start over',
  stop: 'Stop waiting',
  signedIn: (logins: string) => `Signed in as ${logins}`,
  budget: {
    title: 'Requests to GitHub',
    none: 'Nobody is signed in at GitHub.',
    noneYet: 'Nothing was asked yet.',
    text: 'What GitHub still takes, as it said last. Koubou stays within it by itself.',
  },
  guide: {
    text: 'Or take one from GitHub: sign in, then drag an issue in or pick some. Changes go back as pull requests.',
    go: 'Sign in at GitHub',
    pick: 'Pick issues',
  },
  pick: {
    tab: 'From GitHub',
    other: 'Paste or drop',
    action: 'Import issues from GitHub…',
    repos: 'Repositories',
    findRepo: 'Find a repository',
    choose: 'Choose a repository, or search all of them',
    chooseText: 'Issues are shown here, to pick from.',
    search: 'Search issues, as at GitHub',
    searchHint: 'label:bug author:octocat "total is wrong"',
    label: 'Label',
    assignee: 'Assignee',
    milestone: 'Milestone',
    list: 'Issues',
    none: 'No open issue is like that',
    noneText: 'Try fewer words, or another repository.',
    all: (n: number) => (n === 1 ? 'The one that is shown' : `All ${n} that are shown`),
    take: (n: number) => (n === 0 ? 'Take issues' : n === 1 ? 'Take 1 issue' : `Take ${n} issues`),
    total: (shown: number, total: number) =>
      shown === total ? `${total}` : `${shown} of ${total}`,
    more: 'Reading more',
    readMore: 'Read more',
    reading: 'Asking GitHub…',
    isTask: (id: string) => `is ${id} already`,
    comments: (n: number) => (n === 1 ? '1 comment' : `${n} comments`),
    choseOne: (ref: string) => `Take ${ref}`,
    signedOut: 'Sign in at GitHub first',
    private: 'private',
    pickFrom: 'Pick from its issues',
  },
};
