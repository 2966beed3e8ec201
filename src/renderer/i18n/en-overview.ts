/** The words of the overview, in English. */
const some = (n: number, one: string, many: string): string => (n === 1 ? one : `${n} ${many}`);

export const enOverview = {
  title: 'Overview',
  health: {
    label: 'What needs attention',
    review: (n: number) =>
      some(n, 'A change waits for your review', 'changes wait for your review'),
    asking: (n: number) =>
      some(n, 'A PC being set up asks you something', 'PCs being set up ask you something'),
    parked: (n: number) =>
      some(
        n,
        'A task is parked: it ends every PC it runs on',
        'tasks are parked: they end every PC they run on',
      ),
    failed: (n: number) =>
      some(n, 'A task failed and is not tried again', 'tasks failed and are not tried again'),
    reconnecting: (n: number) =>
      some(n, 'A PC with work cannot be reached', 'PCs with work cannot be reached'),
    noAgent: (n: number) =>
      some(n, 'A task waits, and no PC is connected', 'tasks wait, and no PC is connected'),
    blocked: (n: number) =>
      some(
        n,
        'A PC takes no work because it is in trouble',
        'PCs take no work because they are in trouble',
      ),
    stopped: 'Emergency stop: the whole workshop stands still',
    paused: 'The queue is paused: nothing is assigned',
    fine: (tasks: number, agents: number) =>
      tasks === 0
        ? agents === 0
          ? 'All is quiet. No PC is connected.'
          : `All is quiet: ${some(agents, 'one PC is', 'PCs are')} ready for work.`
        : `Everything runs: ${some(tasks, 'one task', 'tasks')} at work on ${some(agents, 'one PC', 'PCs')}.`,
  },
  states: { title: 'By state', none: 'No open task', open: (n: number) => `${n} open` },
  team: {
    title: 'Workshop',
    count: (connected: number, all: number) =>
      connected === all ? `${all} connected` : `${connected} of ${all} connected`,
    all: 'Show all',
    free: 'Free',
    more: (n: number) => `+${n}`,
    load: (cpu: number) => `CPU ${cpu} %`,
    none: 'No PC has joined yet',
    noneText: 'This PC joins by itself when the coordinator has started it.',
  },
  needs: {
    title: 'Needs you',
    none: 'Nothing needs you',
    noneText: 'Changes to review, questions and failures show up here.',
    review: 'Review',
    retry: 'Retry',
    answer: 'Answer',
    more: (n: number) => `${n} more`,
    asks: 'asks a question',
  },
  done: {
    title: 'Merged per day',
    today: 'merged today',
    merged: 'Merged',
    failed: 'Failed',
  },
  used: {
    title: 'Tokens per day',
    today: 'tokens today',
    tokens: 'Tokens',
    cost: (cost: string) => `${cost} today`,
    all: 'Details',
  },
  usual: (amount: string) => `${amount} by now on other days`,
  firstDay: 'the first day',
  days: (n: number) => `${n} days`,
  range: 'Days shown',
  events: {
    title: 'Latest',
    filter: 'Which events',
    matters: 'What matters',
    all: 'Everything',
    none: 'Nothing has happened yet',
    connected: (agent: string) => `${agent} is connected`,
    disconnected: (agent: string) => `${agent} has left`,
    enrolled: (agent: string) => `${agent} has joined the workshop`,
    removed: (agent: string) => `${agent} was removed`,
    trouble: (agent: string, what: string) => `${agent}: ${what}`,
    recovered: (agent: string) => `${agent} is well again`,
    draining: (agent: string) => `${agent} takes no new work`,
    undrained: (agent: string) => `${agent} takes work again`,
    paused: 'The queue was paused',
    resumed: 'The queue goes on',
    stopped: 'The workshop was stopped',
    unstopped: 'The workshop goes on',
    restored: 'The workshop was restored',
    agent: (agent: string) => `${agent} was changed`,
    shellOpened: (agent: string, by: string) => `${by} opened a shell on ${agent}`,
    shellClosed: (agent: string) => `A shell on ${agent} was closed`,
  },
  first: {
    title: 'Your workshop is ready',
    text: 'Three steps, and it works for you.',
    steps: [
      { title: 'Give it a task', text: 'Say what to do and in which repository.', go: 'New task' },
      {
        title: 'Add your other PCs',
        text: 'Each works on tasks of its own. One is enough to begin.',
        go: 'Add PCs',
      },
      {
        title: 'Review what comes back',
        text: 'Read the change, send it back or merge it.',
        go: 'How it works',
      },
    ],
  },
};
