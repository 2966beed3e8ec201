/** The first steps of a newcomer, in English. */
export const enGuide = {
  title: 'First steps',
  lead: 'Three things make a workshop. Each is ticked off by itself.',
  progress: (done: number, all: number) => `${done} of ${all}`,
  done: 'done',
  open: 'to do',
  engine: {
    title: 'Something that thinks',
    looking: 'Looking at the agents of this workshop…',
    ready: (engine: string, version: string) => `${`${engine} ${version}`.trim()} is ready.`,
    missing: 'Claude Code is not ready on any agent. Install it on this PC and log in once:',
    command: 'npm install -g @anthropic-ai/claude-code && claude',
    orAccount: 'Or add an account at Anthropic: then nothing has to be installed, on any agent.',
    found:
      'It is found by itself within a minute. Without it, any program can be the engine of a task.',
  },
  task: {
    title: 'A first task',
    text: 'A folder with a git repository, a title, and what is to be done.',
    done: 'There is one. Its change waits for your review when it is ready.',
    create: 'New task',
    demo: 'Only looking? The demo repairs a small shop before your eyes:',
  },
  agent: {
    title: 'One more PC',
    text: 'Koubou installs its agent over SSH. You can also let the other PC join by itself.',
    done: (n: number) => (n === 1 ? '1 other PC is an agent.' : `${n} other PCs are agents.`),
    optional: 'This PC works alone, too.',
    add: 'Add a PC',
    invite: 'Invite one',
  },
  putAway: 'Put away',
  putAwayHint: 'You find it again in the menu under “First steps”.',
  finished: 'The workshop stands.',
  toTasks: 'To the tasks',
};
