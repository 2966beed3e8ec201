/**
 * The workshop that the window is measured with: a hundred thousand tasks of which some thousands are worked on by a thousand
 * agents. All that happens in it goes through the journal's rules, as commands that agents and people would send.
 */
import { PHASES, type AttemptReport } from '../../src/shared/domain/attempt.ts';
import type { Command } from '../../src/shared/domain/command.ts';
import { AgentProfile, type Capabilities } from '../../src/shared/domain/agent.ts';
import type { Change } from '../../src/shared/domain/task.ts';
import {
  AgentId,
  attemptIdOf,
  taskIdOf,
  type AttemptId,
  type TaskId,
} from '../../src/shared/ids.ts';
import type { Journal } from '../../src/main/coordinator/journal/port.ts';

export const TASKS = 100_000;
export const AGENTS = 1_000;
const SLOTS = 4;
const AT_ONCE = 1_000;
/** Reports that come in one turn while the workshop is fed. */
const AT_A_TIME = 16;
/** Of the tasks, oldest first: these ended long ago, the next are held by agents, the rest waits. */
const ENDED = 66_000;
const HELD = AGENTS * SLOTS;

/** Fills an empty journal, in the order in which it would have come about. */
export async function fillWorkshop(journal: Journal): Promise<void> {
  for (let n = 0; n < AGENTS; n += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, i) => n + i);
    await submitAll(journal, numbers.map(enrol));
    await submitAll(journal, numbers.map(connect));
  }
  for (let n = 0; n < TASKS; n += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, i) => n + i + 1);
    await submitAll(journal, numbers.map(create));
    await submitAll(
      journal,
      numbers.map((number) => (number <= ENDED ? cancel(number) : analyse(number))),
    );
  }
  for (let n = 0; n < HELD; n += AT_ONCE)
    await submitAll(
      journal,
      Array.from({ length: AT_ONCE }, (_, i) => assign(ENDED + n + i + 1, (n + i) % AGENTS)),
    );
}

export interface Feed {
  /** Lets about so much happen. Answers how many events it was. */
  step(events: number): Promise<number>;
}

/** Goes on with the workshop: every agent works, what is done is merged, and new tasks come in. */
export function feedOf(journal: Journal): Feed {
  const slots = Array.from({ length: HELD }, (_, i) => ({
    number: ENDED + i + 1,
    agent: i % AGENTS,
    step: 0,
  }));
  let next = ENDED + HELD + 1;
  let at = 0;

  /** What the agent of a slot says next; nothing when its task is done. */
  function reportOf(slot: Slot): Command[] {
    const report = REPORTS[slot.step];
    if (!report) return [];
    slot.step += 1;
    const attemptId = attemptIdOf(taskIdOf(slot.number), 1);
    const fence = journal.attempt(attemptId)?.fence ?? 0;
    const held = { agentId: agentOf(slot.agent), attemptId, fence, seq: slot.step };
    return [{ type: 'attempt.report', ...held, report: report(attemptId) }];
  }

  /** Its change is merged, a new task comes in, and the slot takes the next one of the queue. */
  async function turnOver(slot: Slot): Promise<number> {
    const done = finish(taskIdOf(slot.number));
    const born = journal.workshop().lastTask + 1;
    slot.number = next++;
    slot.step = 0;
    let made = 0;
    for (const command of [...done, create(born), analyse(born), assign(slot.number, slot.agent)])
      made += await submitAll(journal, [command]);
    return made;
  }

  return {
    async step(events) {
      let made = 0;
      while (made < events) {
        const turn = Array.from({ length: AT_A_TIME }, () => slots[at++ % slots.length]);
        const heard = turn.flatMap((slot) => (slot ? [{ slot, said: reportOf(slot) }] : []));
        made += await submitAll(
          journal,
          heard.flatMap(({ said }) => said),
        );
        for (const { slot, said } of heard) if (said.length === 0) made += await turnOver(slot);
      }
      return made;
    },
  };
}

interface Slot {
  /** Of its task. */
  number: number;
  readonly agent: number;
  /** How many reports its agent has made. */
  step: number;
}

export function agentOf(n: number): AgentId {
  return AgentId.parse(`kiln-${n}`);
}

/** Answers how many events were made. @throws when one is refused */
async function submitAll(journal: Journal, commands: readonly Command[]): Promise<number> {
  const results = await Promise.all(
    commands.map((command) => journal.submit(command, { actor: 'bench' })),
  );
  return results.reduce((events, result, index) => {
    if (!result.ok) throw new Error(`${commands[index]?.type}: ${result.error.message}`);
    return events + result.value.events.length;
  }, 0);
}

const TITLES = [
  'Totals are wrong when a cart holds the same item twice',
  'Name the tax on every line of an invoice',
  'カートの合計を一度だけ丸める',
  'Read the configuration once, and say which file was wrong',
  'Retry a payment that was cut off without charging twice',
  '検索結果を並べ替えたまま次のページへ進む',
];
const PLACES = ['Tokyo, 3rd floor', 'Osaka', 'Berlin', 'Hall B'];

function create(number: number): Command {
  return {
    type: 'task.create',
    title: `${TITLES[number % TITLES.length] ?? ''} (${number})`,
    body: 'Add the same item twice and the total counts it once.\n\nExpected: the price times the amount.',
    repo: { url: `/home/user/projects/shop-${number % 12}`, base: 'main' },
    priority: number % 9 === 0 ? 'high' : 'normal',
    engine: { kind: 'command', run: 'true' },
    needs: number % 5 === 0 ? ['docker'] : [],
    after: [],
    at: null,
  };
}

function analyse(number: number): Command {
  return { type: 'task.analyse', taskId: taskIdOf(number), specialty: 'backend' };
}

function cancel(number: number): Command {
  return { type: 'task.cancel', taskId: taskIdOf(number), reason: 'no longer needed' };
}

function assign(number: number, agent: number): Command {
  const agentId = agentOf(agent);
  const parts = { freeSlots: 4, idleCpu: 3, cached: 2 };
  const reasons = [{ agentId, score: 9, parts, why: 'free slots, idle processor, cached' }];
  return { type: 'task.assign', taskId: taskIdOf(number), agentId, reasons };
}

function finish(taskId: TaskId): Command[] {
  const merge = { state: 'merged', at: 0, commit: COMMIT, how: 'fast_forward' } as const;
  return [
    { type: 'task.approve', taskId },
    { type: 'task.merge_result', taskId, merge },
  ];
}

const COMMIT = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const USAGE = { inputTokens: 9_000, outputTokens: 800, cachedInputTokens: 5_000, costUsd: 0.12 };

/** What an agent says in the course of an attempt. */
const REPORTS: ((attemptId: AttemptId) => AttemptReport)[] = [
  () => ({ kind: 'started' }),
  ...PHASES.flatMap((phase): ((attemptId: AttemptId) => AttemptReport)[] => [
    () => ({ kind: 'phase_started', phase }),
    () => ({ kind: 'usage', usage: USAGE }),
    () => ({ kind: 'phase_ended', phase, outcome: 'passed', detail: '3 files changed' }),
  ]),
  (attemptId) => ({ kind: 'succeeded', change: changeOf(attemptId) }),
];

function changeOf(attemptId: AttemptId): Change {
  return {
    attemptId,
    branch: `koubou/${attemptId}`,
    commit: COMMIT,
    base: 'main',
    baseCommit: COMMIT,
    stats: { files: 3, insertions: 40, deletions: 12 },
    tests: { outcome: 'passed', command: 'npm test', exitCode: 0, durationMs: 2_400 },
  };
}

function enrol(n: number): Command {
  const place = PLACES[n % PLACES.length] ?? null;
  const profile = AgentProfile.parse({ groups: [`row-${n % 20}`], location: place });
  const enrolment = { via: 'invitation', keyHash: '0'.repeat(64), host: null, at: 1 } as const;
  return { type: 'agent.enrol', agentId: agentOf(n), name: agentOf(n), profile, enrolment };
}

function connect(n: number): Command {
  const capabilities: Capabilities = {
    os: 'linux',
    arch: 'x64',
    hostname: `${agentOf(n)}.lan`,
    cpus: 16,
    memoryBytes: 64e9,
    diskFreeBytes: 4e11,
    tools: [{ name: 'git', version: '2.47.3', path: '/usr/bin/git' }],
    engines: [{ kind: 'command', version: '1', ready: true, why: null }],
    specialties: [],
    labels: ['docker'],
  };
  const from = { version: '0.1.0', address: `10.0.${n >> 8}.${n & 255}`, slots: SLOTS };
  return { type: 'agent.connect', agentId: agentOf(n), name: agentOf(n), ...from, capabilities };
}
