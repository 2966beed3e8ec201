/**
 * For tests and figures: a day of a workshop in virtual time. Ten agents work through attempts of mixed priorities, each call
 * as long as its answer; two accounts with other rules answer; and the calls go through the gateway's admission, or out as
 * they come, as they would from ten machines that know nothing of each other.
 */
import { attemptIdOf, AgentId, taskIdOf } from '../../../../shared/ids.ts';
import { ModelAccountId } from '../../../../shared/models.ts';
import type { Priority } from '../../../../shared/domain/task.ts';
import type { Admission, Asker, ModelAccount, Ticket } from '../models/port.ts';
import { createAdmission } from './admission.ts';
import { createBudgets } from './budgets.ts';
import { virtualClock, type VirtualClock } from './testing-clock.ts';
import {
  simulatedProvider,
  type ProviderRules,
  type SimulatedProvider,
} from './testing-provider.ts';

export interface Day {
  /** Calls that were answered. */
  readonly calls: number;
  /** Refused by a provider or by us for a limit, in all and after the first hour. */
  readonly refused: number;
  readonly refusedLater: number;
  /** Of the quota windows that ended within the day, the one used least, and all on average: 0 to 1. */
  readonly leastUse: number;
  readonly meanUse: number;
  /** ms; the longest, and of a hundred the last but one. */
  readonly urgentWait: number;
  readonly urgentWait99: number;
  readonly lowWait: number;
  /** Calls under way when it was over, and what was kept for them. */
  readonly open: number;
}

const HOUR = 3_600_000;
const QUOTA_MS = 5 * HOUR;
const START = 1_767_268_800_000;
const AGENTS = 10;
const CALLS_PER_ATTEMPT = 30;

export const TWO_ACCOUNTS: readonly ProviderRules[] = [
  {
    requestsPerMinute: 50,
    inputPerMinute: 400_000,
    outputPerMinute: 80_000,
    quota: 60_000_000,
    quotaAge: 0,
    isRefilling: true,
  },
  {
    requestsPerMinute: 50,
    inputPerMinute: 300_000,
    outputPerMinute: 60_000,
    quota: 45_000_000,
    quotaAge: 2 * HOUR,
    isRefilling: false,
  },
];

/** @param isPaced through the gateway; else each agent sends as it comes, and waits as long as it is told to */
export async function simulateDay(isPaced: boolean, seed: number, hours = 24): Promise<Day> {
  const clock = virtualClock(START);
  const random = randomOf(seed);
  const providers = TWO_ACCOUNTS.map((rules) => simulatedProvider(rules, START));
  const accounts = providers.map((_, index): ModelAccount => ({
    id: ModelAccountId.parse(`acct-simulated${index}`),
    provider: 'anthropic',
    name: `account ${index + 1}`,
    baseUrl: `http://simulated-${index}.invalid`,
    auth: 'api_key',
  }));
  const admission = isPaced ? admissionOf(accounts, clock) : null;
  const waits: Record<Priority, number[]> = { urgent: [], high: [], normal: [], low: [] };
  const world: World = { clock, random, providers, accounts, admission, waits, refusals: [] };
  const end = hours * HOUR;
  const stop = new AbortController();
  const agents = Array.from({ length: AGENTS }, (_, index) => work(world, index, stop.signal));
  await clock.runUntil(end);
  stop.abort();
  const open = (admission?.states() ?? []).reduce((sum, { running }) => sum + running, 0);
  admission?.close();
  // Those that sleep wake up once more, and see that it is over.
  await clock.runUntil(end + 10 * HOUR);
  await Promise.all(agents);
  return { ...resultOf(world, end), open };
}

interface World {
  readonly clock: VirtualClock;
  readonly random: () => number;
  readonly providers: readonly SimulatedProvider[];
  readonly accounts: readonly ModelAccount[];
  readonly admission: Admission | null;
  readonly waits: Record<Priority, number[]>;
  readonly refusals: number[];
}

function admissionOf(accounts: readonly ModelAccount[], clock: VirtualClock): Admission {
  const budgets = createBudgets({
    limits: () => ({
      taskDollars: null,
      taskTokens: null,
      repositoryDollars: null,
      repositoryTokens: null,
      dayDollars: null,
      dayTokens: null,
    }),
    clock,
    ofTask: () => ({ micros: 0, tokens: 0 }),
    since: () => new Map(),
  });
  return createAdmission({
    accounts: {
      list: () => accounts,
      secretOf: async () => await Promise.resolve({ ok: true, value: '' }),
      onChange: () => () => undefined,
    },
    sessions: { isGood: () => true, suspect: () => undefined, onChange: () => () => undefined },
    budgets,
    clock,
    priceOf: () => null,
    log: () => undefined,
  });
}

async function work(world: World, agent: number, signal: AbortSignal): Promise<void> {
  let number = agent;
  while (!signal.aborted) {
    number += AGENTS;
    const asker = askerOf(number, agent, world.random());
    const ownModel = world.random() < 0.3 ? 'claude-haiku' : 'claude-opus';
    for (let call = 0; call < CALLS_PER_ATTEMPT && !signal.aborted; call++) {
      await callOnce(world, asker, ownModel, signal);
      // Tools run between two calls.
      await sleep(world.clock, 1_000 + world.random() * 4_000);
    }
  }
}

async function callOnce(
  world: World,
  asker: Asker,
  model: string,
  signal: AbortSignal,
): Promise<void> {
  const { clock, random, waits } = world;
  const input = Math.round(2_000 + random() * 28_000);
  const output = Math.round(200 + random() ** 3 * 5_800);
  const since = clock.monotonic();
  for (let tries = 0; !signal.aborted; tries++) {
    const granted = await turnOf(world, asker, model, input, tries);
    if (!granted) {
      world.refusals.push(clock.monotonic());
      await sleep(clock, 60_000);
      continue;
    }
    const sentAt = clock.monotonic();
    const provider = world.providers[granted.index];
    await sleep(clock, 50);
    const answer = provider?.ask(input, clock.monotonic());
    await sleep(clock, 300 + random() * 1_000);
    const isRefused = answer?.until !== null;
    granted.ticket?.answered(isRefused ? 429 : 200, answer?.headers ?? {});
    if (answer && answer.until !== null) {
      const until = answer.until + START;
      granted.ticket?.done({ ...NOTHING, status: 429, trouble: 'rate_limited', until });
      world.refusals.push(clock.monotonic());
      if (!granted.ticket) await sleep(clock, answer.until - clock.monotonic() + 1_000);
      continue;
    }
    await sleep(clock, output * 12);
    provider?.wrote(output, clock.monotonic());
    const tokens = { inputTokens: input, outputTokens: output };
    granted.ticket?.done({ ...NOTHING, ...tokens, status: 200, trouble: null, until: null });
    waits[asker.priority].push(sentAt - since);
    return;
  }
}

const NOTHING = {
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  costMicros: null,
} as const;

/** `null`: we refused it ourselves. */
async function turnOf(
  { admission, random, accounts }: World,
  asker: Asker,
  model: string,
  inputTokens: number,
  tries: number,
): Promise<{ ticket: Ticket | null; index: number } | null> {
  const free = Math.floor(random() * accounts.length);
  if (!admission) return { ticket: null, index: (free + tries) % accounts.length };
  const never = new AbortController();
  const result = await admission.admit(
    { asker, provider: 'anthropic', model, inputTokens, maxOutputTokens: 32_000, tried: new Set() },
    never.signal,
  );
  if (!result.ok) return null;
  const ticket = result.value;
  return { ticket, index: accounts.findIndex(({ id }) => id === ticket.account.id) };
}

function askerOf(number: number, agent: number, share: number): Asker {
  const taskId = taskIdOf(number + 1);
  const priority =
    share < 0.05 ? 'urgent' : share < 0.25 ? 'high' : share < 0.85 ? 'normal' : 'low';
  return {
    attemptId: attemptIdOf(taskId, 1),
    taskId,
    agentId: AgentId.parse(`agent-${agent}`),
    priority,
    repo: `https://example.com/repo-${agent % 3}`,
    engine: 'claude-code',
  };
}

async function sleep(clock: VirtualClock, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    clock.after(ms, resolve);
  });
}

function resultOf({ providers, waits, refusals }: World, end: number): Omit<Day, 'open'> {
  const uses = providers.flatMap((provider) => provider.uses.slice(0, Math.floor(end / QUOTA_MS)));
  const urgent = waits.urgent.toSorted((a, b) => a - b);
  return {
    calls: Object.values(waits).reduce((sum, all) => sum + all.length, 0),
    refused: refusals.filter((at) => at < end).length,
    refusedLater: refusals.filter((at) => at >= HOUR && at < end).length,
    leastUse: Math.min(...uses),
    meanUse: uses.reduce((sum, use) => sum + use, 0) / uses.length,
    urgentWait: urgent.at(-1) ?? 0,
    urgentWait99: urgent[Math.floor(urgent.length * 0.99)] ?? 0,
    lowWait: Math.max(0, ...waits.low),
  };
}

/** Mulberry32: the same seed, the same day. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
