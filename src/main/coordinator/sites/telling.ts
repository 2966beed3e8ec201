/**
 * What one coordinator tells the others: how a task that it leads, and its own agents, stand. A confidential task is told
 * without what it says. Pure; the text is checked when it comes in from a site.
 */
import { z } from 'zod';
import { Agent } from '../../../shared/domain/agent.ts';
import { Attempt } from '../../../shared/domain/attempt.ts';
import { agentIdAt } from '../../../shared/domain/led-elsewhere.ts';
import { Task } from '../../../shared/domain/task.ts';
import { AgentId, type SiteId } from '../../../shared/ids.ts';

/** How a task stands, for who takes it or hears of it. */
export const TaskDocument = z.strictObject({ task: Task, attempt: Attempt.optional() });
export type TaskDocument = z.infer<typeof TaskDocument>;

export const Telling = z.strictObject({
  words: z.string().max(2_000),
  about: TaskDocument.optional(),
  agents: z.array(Agent).optional(),
  removed: z.array(AgentId).optional(),
});
export type Telling = z.infer<typeof Telling>;

/** Reads what a site wrote; `undefined`: it is not of this version. */
export function readText<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // Not even JSON: the caller says so.
    return undefined;
  }
}

/** The whole of a task, for whoever takes it. */
export function wholeOf(task: Task, attempt: Attempt | undefined, site: SiteId): TaskDocument {
  const { told: _, ...own } = task;
  return { task: own, ...(attempt && { attempt: toldAttempt(attempt, site) }) };
}

/** What all may know of it. */
export function toldOf(task: Task, attempt: Attempt | undefined, site: SiteId): TaskDocument {
  const whole = wholeOf(task, attempt, site);
  if (task.security !== 'confidential') return whole;
  return {
    task: withoutWords(whole.task),
    ...(whole.attempt && { attempt: withoutDetails(whole.attempt) }),
  };
}

export function toldAgent(agent: Agent, site: SiteId): Agent {
  const { told: _, shells: __, ...rest } = agent;
  // A key's hash, a host name of SSH and an address concern nobody there.
  return { ...rest, id: agentIdAt(agent.id, site), site, enrolment: null, address: '' };
}

function toldAttempt(attempt: Attempt, site: SiteId): Attempt {
  const reasons = attempt.reasons.map((one) => ({ ...one, agentId: agentIdAt(one.agentId, site) }));
  return { ...attempt, agentId: agentIdAt(attempt.agentId, site), reasons };
}

const HIDDEN = 'confidential';

function withoutWords(task: Task): Task {
  const { failure, change, engine } = task;
  return {
    ...task,
    ...{ title: HIDDEN, body: '', feedback: [], analysis: null, batch: null, workflow: null },
    ...{ origin: null, source: null, blockers: [], pull: null, merge: null, concurrency: [] },
    cancelReason: task.cancelReason === null ? null : HIDDEN,
    failure: failure && { ...failure, message: HIDDEN },
    change: change && { ...change, branch: HIDDEN },
    engine: engine.kind === 'command' ? { ...engine, run: HIDDEN } : engine,
  };
}

function withoutDetails(attempt: Attempt): Attempt {
  const { engine } = attempt;
  return {
    ...attempt,
    ...(engine?.kind === 'command' && { engine: { ...engine, run: HIDDEN } }),
    phases: attempt.phases.map((run) => ({ ...run, detail: null })),
    failure: attempt.failure && { ...attempt.failure, message: HIDDEN },
  };
}
