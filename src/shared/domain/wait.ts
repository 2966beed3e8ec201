/**
 * Why a task at the head of its line is not given away: as a value that the window puts in words of its own, and as an English
 * sentence for everybody else. Pure.
 */
import { z } from 'zod';
import { AgentId, TaskId } from '../ids.ts';
import type { Agent } from './agent.ts';
import { Lack } from './attempt.ts';
import { blockingOf } from './condition.ts';
import { enginesFor, holdUpOf, lackOf, type Demand } from './demand.ts';
import { ENGINE_CHOICES, type EngineKind } from './engine.ts';
import { QueueScope, type Workshop } from './state.ts';
import { HoldReason, holdOfAll, type Hold, type SupplyOf } from './supply.ts';

/** More agents nobody reads; the answer should not grow with the fleet. */
export const MOST_TOLD = 20;

const told = {
  agents: z.array(z.strictObject({ agentId: AgentId, lack: Lack })).max(MOST_TOLD),
  /** Agents beyond those. */
  more: z.int().min(0),
};

export const Wait = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('stopped') }),
  z.strictObject({ code: z.literal('paused') }),
  /** The part of the queue that it is in is paused. */
  z.strictObject({ code: z.literal('scope_paused'), scope: QueueScope }),
  /** Another task has the turn of one of its concurrency keys. */
  z.strictObject({ code: z.literal('turn'), key: z.string(), heldBy: TaskId }),
  /** Whoever made it has as many tasks in hand as one may. */
  z.strictObject({
    code: z.literal('quota'),
    owner: z.string(),
    running: z.int().min(0),
    most: z.int().min(0),
  }),
  z.strictObject({ code: z.literal('nobody') }),
  /** No connected agent could ever take it: what each lacks. */
  z.strictObject({ code: z.literal('unable'), ...told }),
  /** Agents could, but no account that their engine speaks through can just now. */
  z.strictObject({
    code: z.literal('models'),
    engine: z.enum(ENGINE_CHOICES),
    why: HoldReason,
    /** When it is over, where that is known (epoch ms). */
    until: z.number().nullable(),
  }),
  /** Agents could, but none just now: what keeps each. */
  z.strictObject({ code: z.literal('busy'), ...told }),
]);
export type Wait = z.infer<typeof Wait>;

/** What shuts a lane as a whole, whoever could take its tasks. */
export type Shut = Extract<Wait, { code: 'scope_paused' | 'turn' | 'quota' }>;

export interface WaitTold {
  readonly wait: Wait;
  /** The same in English. */
  readonly words: string;
}

/**
 * `null`: it is about to be given away.
 * @param agents as `withAccounts` has them. @param among the engines that may be chosen where the task leaves that open
 * @param shut what the gates of the queue say of its lane
 */
export function waitOf(
  { stopped, queuePaused }: Pick<Workshop, 'stopped' | 'queuePaused'>,
  agents: readonly Agent[],
  demand: Demand,
  supply: SupplyOf = () => null,
  among?: readonly EngineKind[],
  shut: Shut | null = null,
): WaitTold | null {
  if (stopped) return { wait: { code: 'stopped' }, words: 'the workshop is stopped' };
  if (queuePaused) return { wait: { code: 'paused' }, words: 'the queue is paused' };
  if (shut) return { wait: shut, words: shutWords(shut) };
  // Those at rest can be woken; those of other coordinators are theirs.
  const there = agents.filter(
    ({ site, connected, resting }) => site === null && (connected || resting !== null),
  );
  if (there.length === 0) return { wait: { code: 'nobody' }, words: 'no agent is connected' };
  const able: Agent[] = [];
  const unable: Kept[] = [];
  for (const agent of there) {
    const missing = lackOf(agent, demand, among);
    if (missing) unable.push({ agent, lack: missing.lack, words: `${agent.id} ${missing.why}` });
    else able.push(agent);
  }
  if (able.length === 0) return { wait: tell('unable', unable), words: sentence(unable) };
  const kinds = enginesFor(demand, among).filter((engine) =>
    able.some((agent) => lackOf(agent, { ...demand, engine }) === null),
  );
  const hold = holdOfAll(kinds, supply);
  if (hold) return held(demand, hold);
  const busy = able.flatMap((agent) => {
    const lack = holdUpOf(agent, agent.running.length);
    return lack ? [{ agent, lack, words: '' }] : [];
  });
  if (busy.length < able.length) return null;
  const troubles = able.flatMap((agent) => {
    const trouble = blockingOf(agent.conditions);
    return trouble ? [{ words: `${agent.id}: ${trouble.message}` }] : [];
  });
  const lead = {
    words: 'every agent that can take it is full, draining, overloaded, at rest or in trouble',
  };
  return { wait: tell('busy', busy), words: sentence([lead, ...troubles]) };
}

function shutWords(shut: Shut): string {
  switch (shut.code) {
    case 'scope_paused':
      return 'repo' in shut.scope
        ? `the queue of ${shut.scope.repo} is paused`
        : `tasks of ${shut.scope.priority} priority are paused`;
    case 'turn':
      return `${shut.heldBy} has the turn of ${shut.key}`;
    case 'quota':
      return `${shut.owner} has ${shut.running} tasks in hand, of ${shut.most} that one may`;
  }
}

function held({ engine }: Demand, { reason, why, until }: Hold): WaitTold {
  const words = until === null ? why : `${why} until ${new Date(until).toISOString()}`;
  return { wait: { code: 'models', engine, why: reason, until }, words };
}

interface Kept {
  readonly agent: Agent;
  readonly lack: Lack;
  readonly words: string;
}

function tell(code: 'unable' | 'busy', kept: readonly Kept[]): Wait {
  const agents = kept.slice(0, MOST_TOLD).map(({ agent, lack }) => ({ agentId: agent.id, lack }));
  return { code, agents, more: kept.length - agents.length };
}

function sentence(parts: readonly { readonly words: string }[]): string {
  const some = parts.slice(0, MOST_TOLD).map(({ words }) => words);
  const more = parts.length - some.length;
  return [...some, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
