/**
 * What the agents hold, and so who must wait: facts for the gates of the queue (`domain/gate.ts`) and for fairness (`domain/fair.ts`),
 * from the attempts that agents have in the tables. It writes nothing.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Load } from '../../../shared/domain/fair.ts';
import { shutOf, turnsOf, type GateRules, type Hands } from '../../../shared/domain/gate.ts';
import type { Lane } from '../../../shared/domain/lane.ts';
import type { Shut } from '../../../shared/domain/wait.ts';
import type { AttemptId, TaskId } from '../../../shared/ids.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Journal } from '../journal/port.ts';

/** So long after an agent let go of it a task still counts as its owner's part. Where one slot serves all, nothing else would. */
const COUNTS_MS = 30 * 60_000;

export interface GatesDeps {
  readonly journal: Pick<Journal, 'agents' | 'attempt' | 'task' | 'workshop'>;
  readonly settings: { current(): Pick<Settings, 'queue'> };
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** How things stand at one moment. */
export interface Standing {
  readonly hands: Hands;
  /** What is in hand, and was lately. */
  readonly load: Load;
  readonly rules: GateRules;
  /** What shuts the lane as a whole; `null`: nothing does. */
  shut(lane: Lane): Shut | null;
}

export interface Gates {
  /** Costs a look at each attempt that agents hold. */
  now(): Standing;
}

/** What of a held task matters to others; none of it changes while it is held. */
interface Held {
  readonly taskId: TaskId;
  readonly owner: string;
  readonly repo: string;
  readonly turns: readonly string[];
}

export function createGates({ journal, settings, clock }: GatesDeps): Gates {
  let held = new Map<AttemptId, Held>();
  let past: { readonly held: Held; readonly until: number }[] = [];

  function read(id: AttemptId): Held | undefined {
    const attempt = journal.attempt(id);
    const task = attempt && journal.task(attempt.taskId);
    if (!task) return undefined;
    const { createdBy: owner, concurrency } = task;
    const repo = task.repo.url;
    return { taskId: task.id, owner, repo, turns: turnsOf({ repo, concurrency }) };
  }

  function look(): void {
    const before = held;
    held = new Map();
    for (const { running } of journal.agents()) {
      for (const id of running) {
        const one = before.get(id) ?? read(id);
        if (one) held.set(id, one);
      }
    }
    const now = clock.monotonic();
    const ended = [...before].filter(([id]) => !held.has(id));
    past = [
      ...past.filter(({ until }) => until > now),
      ...ended.map(([, one]) => ({ held: one, until: now + COUNTS_MS })),
    ];
  }

  return {
    now() {
      look();
      const inHand = [...held.values()];
      const lately = [...inHand, ...past.map((one) => one.held)];
      const hands = {
        turns: new Map(inHand.flatMap(({ turns, taskId }) => turns.map((turn) => [turn, taskId]))),
        owners: countBy(inHand, ({ owner }) => owner),
      };
      const load = {
        owners: countBy(lately, ({ owner }) => owner),
        repos: countBy(lately, ({ repo }) => repo),
      };
      const { pauses } = journal.workshop();
      const rules = { pauses, userRunning: settings.current().queue.userRunning };
      return { hands, load, rules, shut: (lane) => shutOf(lane, hands, rules) };
    },
  };
}

function countBy(
  held: readonly Held[],
  partyOf: (held: Held) => string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of held) counts.set(partyOf(one), (counts.get(partyOf(one)) ?? 0) + 1);
  return counts;
}
