/** Accounts at model providers, their limits, and requests to models, in English. */
import type { AccountInfo, SignInState } from '../../shared/contract-accounts.ts';
import type { TroubleClass } from '../../shared/domain/engine-trouble.ts';
import type { Provider } from '../../shared/models.ts';
import type { Confidence } from '../../shared/prediction.ts';

const states: Record<SignInState, string> = {
  good: 'Signed in',
  checking: 'Being checked',
  failing: 'Refused',
  signed_out: 'Signed out',
  unreachable: 'Not reachable',
};

const todo: Record<SignInState, string | null> = {
  good: null,
  checking: null,
  failing:
    'It is tried again by itself. Refused three times in a row, what needs it waits for you.',
  signed_out: 'Sign in again with a key that is good: what waits goes on by itself, on all agents.',
  unreachable:
    'Nothing to do here: it is asked again by itself. Look at the network, or the address.',
};

const breakers: Record<AccountInfo['breaker'], string | null> = {
  closed: null,
  open: 'Its server fails: no request is sent until it answers again.',
  half_open: 'Its server failed: one request at a time is sent to see whether it answers.',
};

const sure: Record<Confidence, string> = {
  good: 'quite sure',
  fair: 'fairly sure',
  low: 'a rough guess',
  quiet: '',
};

const providers: Record<Provider, string> = { anthropic: 'Anthropic', openai: 'OpenAI' };

const troubles: Record<TroubleClass, string> = {
  sign_in_expired: 'signed out',
  rate_limited: 'limit',
  overloaded: 'overloaded',
  network: 'no connection',
  invalid_request: 'invalid',
  context_too_long: 'too long',
  refused: 'refused',
  budget_spent: 'budget spent',
  crashed: 'broken off',
};

export const enAccounts = {
  title: 'Model accounts',
  none: 'No account yet',
  noneText:
    'Add one, and engines on all agents speak through it: no agent ever sees its key. Engines that are signed in on their own PC work without.',
  add: 'Add an account',
  addGo: 'Add',
  provider: 'Provider',
  providers,
  name: 'Name',
  namePlaceholder: 'Work',
  address: 'Address',
  addressHint: 'Empty: the provider’s own. Another one for a gateway of your company, say.',
  key: 'Key',
  keyHint: 'Kept in the keychain of the coordinator’s PC, and never shown again.',
  newKey: 'New key',
  tried: 'The key is tried at once.',
  signIn: 'Sign in again',
  check: 'Check now',
  remove: 'Remove',
  removeTitle: (name: string) => `Remove ${name}?`,
  removeText:
    'Its key is forgotten here; at the provider nothing is taken back. Work that only it can do waits for another account.',
  states,
  todo,
  breakers,
  checked: 'Checked',
  running: (n: number) => (n === 1 ? '1 request under way' : `${n} requests under way`),
  waiting: (n: number) => (n === 1 ? '1 waits for its turn' : `${n} wait for their turn`),
  held: (until: string) => `No request is sent until ${until}.`,
  limits: 'Limits',
  noLimits: 'Its limits are known after the first request.',
  usage: 'What it used',
  window: (name: string) => WINDOWS[name] ?? name.replaceAll('_', ' '),
  used: (percent: number) => `${percent} %`,
  left: (remaining: string, limit: string) => `${remaining} of ${limit} left`,
  resets: (when: string) => `anew ${when}`,
  reached: 'reached',
  reaches: (when: string, how: string) => `reached at ${when}, ${how}`,
  notReached: 'not reached before',
  sure,
  budgets: {
    title: 'Budgets',
    day: 'The day',
    of: (used: string, limit: string) => `${used} of ${limit}`,
    none: 'No budget is set.',
    set: 'Set one',
  },
  engine: {
    through: (account: string) => `through ${account}`,
    needsAccount: 'needs an account',
    addAccount: 'Add an account',
    missing: 'on no agent',
    notReady: 'not ready',
    help: {
      anthropic: 'It needs nothing on the agents, and an account at Anthropic.',
      codex: 'Install it on an agent, and it is found by itself:',
      opencode: 'Install it on an agent, and it is found by itself:',
      ollama: 'Install Ollama on an agent and start it; the model is fetched by itself.',
    },
  },
  calls: {
    title: 'Requests to models',
    none: 'No request yet',
    noneLikeThat: 'No request like that',
    noneLikeThatText: 'Choose other filters to see the rest.',
    noneText: 'Each request that goes through an account of the workshop is listed here.',
    filterAccount: 'Account',
    allAccounts: 'All accounts',
    filterEngine: 'Engine',
    allEngines: 'All engines',
    onlyTroubles: 'Only what went wrong',
    more: 'Reading more',
    lookFurther: 'Look further back',
    columns: {
      time: 'Time',
      task: 'Task',
      engine: 'Engine',
      model: 'Model',
      account: 'Account',
      in: 'In',
      out: 'Out',
      cached: 'From cache',
      cost: 'Cost',
      wait: 'Wait',
      first: 'First byte',
      took: 'Time taken',
      status: 'Answer',
    },
    ok: 'ok',
    hungUp: 'hung up',
    troubles,
  },
  task: {
    title: 'Requests to models',
    calls: 'Requests',
    troubles: 'Went wrong',
    tokens: 'Tokens',
    cached: 'From cache',
    cost: 'Cost',
    wait: 'Waited for their turn',
    time: 'Time at models',
    all: 'See each of them',
  },
};

const WINDOWS: Readonly<Record<string, string>> = {
  requests: 'Requests',
  tokens: 'Tokens',
  input_tokens: 'Tokens in',
  output_tokens: 'Tokens out',
  unified_5h: '5 hours',
  unified_7d: '7 days',
};
