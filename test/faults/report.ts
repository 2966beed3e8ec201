/** What a run found, for the terminal and as the page docs/reliability.md. */
import { cpus, release, totalmem } from 'node:os';
import { FAULT_KINDS } from './faults.ts';
import type { RunResult } from './laboratory.ts';

export interface About {
  readonly seed: string;
  readonly isolated: boolean;
  readonly seconds: number;
}

export function summaryOf(result: RunResult, about: About): string {
  const hits = total(result.counts);
  const kinds = [...result.counts].map(
    ([name, count]) => `  ${String(count).padStart(5)}  ${name}`,
  );
  const lines = [
    `seed ${about.seed}: ${hits} faults of ${[...result.counts.values()].filter((n) => n > 0).length} kinds in ${Math.round(about.seconds)} s (${result.thrown} thrown)`,
    ...kinds,
    `tasks: ${listed(result.tasks)}; attempts: ${listed(result.attempts)}; ${result.events} events; ${result.recordings} recordings compared`,
  ];
  if (result.violations.length === 0)
    return [...lines, 'nothing lost, nothing doubled, nothing left behind'].join('\n');
  const wrong = result.violations.map(({ invariant, what }) => `  ${invariant}: ${what}`);
  const again = `again: npm run faults -- --seed ${about.seed} --faults ${result.thrown}`;
  return [...lines, `${wrong.length} violations:`, ...wrong, again].join('\n');
}

export function reportOf(result: RunResult, about: About): string {
  const hits = total(result.counts);
  const kinds = FAULT_KINDS.map(({ name }) => `| ${name} | ${result.counts.get(name) ?? 0} |`);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release().split('-')[0]}, Node ${process.version}`;
  return `# Reliability

This page is written by the fault laboratory (\`test/faults\`): a coordinator and agents on hosts of their own, a stream of
real tasks, and random faults all the time. When the faults are over, a checker reads only the outside: git repositories, the
forge, the log, processes and files.

**${hits} faults, ${total(result.tasks)} tasks, ${total(result.attempts)} attempts: ${result.violations.length} violations.**

Seed \`${about.seed}\`, ${Math.round(about.seconds / 60)} minutes, ${machine}. Run it again:

\`\`\`
npm run faults -- --seed ${about.seed} --faults ${result.thrown}
\`\`\`

| fault | times |
| --- | --- |
${kinds.join('\n')}

Tasks: ${listed(result.tasks)}. Attempts: ${listed(result.attempts)}. ${result.events} events.

| what must hold | looked at | violations |
| --- | --- | --- |
${INVARIANTS.map(([name, what, looked]) => `| ${what} | ${looked(result)} | ${result.violations.filter(({ invariant }) => invariant === name).length} |`).join('\n')}
`;
}

/** The log of every task that a violation names. */
export function trailOf({ violations, log }: RunResult): string {
  const ids = new Set(violations.flatMap(({ what }) => what.match(/\btask-\d+/g) ?? []));
  const parts = [...ids].map((id) => {
    const about = log.filter(({ event }) => 'taskId' in event && event.taskId === id);
    const lines = about.map(({ seq, at, actor, event }) => {
      const { type, ...rest } = event;
      return `  ${seq} ${new Date(at).toISOString()} ${actor} ${type} ${JSON.stringify(rest).slice(0, 300)}`;
    });
    return [id, ...lines].join('\n');
  });
  return parts.join('\n\n');
}

const INVARIANTS: readonly (readonly [string, string, (result: RunResult) => string])[] = [
  ['accepted', 'every accepted task exists exactly once', ({ tasks }) => `${total(tasks)} tasks`],
  ['ends', 'every task ends in exactly one end state', ({ tasks }) => `${total(tasks)} tasks`],
  ['merged once', 'at most one merged change per task', ({ tasks }) => `${total(tasks)} tasks`],
  [
    'one attempt',
    'a task has one attempt at a time, and nothing that a stale one says or pushes counts',
    ({ attempts }) => `${total(attempts)} attempts`,
  ],
  [
    'merged',
    'what was told completed is in the base branch, and nothing else is',
    ({ tasks }) => `${tasks.get('completed') ?? 0} completed tasks`,
  ],
  [
    'log',
    'the chain of events is whole, and no event that was shown is gone or changed',
    ({ events }) => `${events} events`,
  ],
  [
    'recording',
    'a recording is what the program printed',
    ({ recordings }) => `${recordings} recordings`,
  ],
  [
    'GitHub',
    'an issue has one task, one pull request and one comment, and is completed exactly when that was merged',
    () => 'at the end',
  ],
  ['left behind', 'no process, work tree, mount or file is left behind', () => 'at the end'],
  ['ends in order', 'every program ends when it is told to', () => 'at the end'],
];

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function listed(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}
