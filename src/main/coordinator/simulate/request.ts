/**
 * A simulation as somebody asks for it: which work, which agents, which strategy; and what came of it, next to what the same work would
 * come to if agents were chosen by load alone, or at random. Loaded by the command line when it is asked for.
 */
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { SimulationRequest } from '../../../shared/simulation.ts';
import { madeAgents, SimAgents, type SimAgent } from './agents.ts';
import { workOf } from './from-log.ts';
import { placingBy, WAYS, type Way } from './placing.ts';
import { simulate } from './simulate.ts';
import { summaryOf, type Summary } from './summary.ts';
import { madeWork, type SimTask } from './work.ts';

export interface Simulation {
  readonly tasks: number;
  readonly agents: number;
  readonly slots: number;
  /** As asked for first, then what it is held against. */
  readonly ways: readonly Summary[];
}

const AGAINST: readonly Way[] = ['load only', 'random'];

/** Fails with words that say what is wrong with the request. */
export function runSimulation(request: SimulationRequest): Result<Simulation, string> {
  const { strategy, seed } = request;
  const way = WAYS.find((one) => one === strategy);
  if (!way) return fail(`there is no strategy "${strategy}"; there are ${WAYS.join(', ')}`);
  const agents = agentsOf(request);
  if (!agents.ok) return agents;
  const slots = agents.value.reduce((sum, agent) => sum + agent.slots, 0);
  const work = workFor(request, slots);
  if (work.length === 0) return fail('the log has no task yet that was worked on');
  const ways = [way, ...AGAINST.filter((one) => one !== way)];
  return ok({
    ...{ tasks: work.length, agents: agents.value.length, slots },
    ways: ways.map((one) => summaryOf(one, simulate(work, agents.value, placingBy(one, seed)))),
  });
}

function workFor({ log, tasks, seed, load }: SimulationRequest, slots: number): SimTask[] {
  return log ? workOf(log) : madeWork({ tasks, seed, slots, load });
}

function agentsOf({ agents, seed, prices }: SimulationRequest): Result<SimAgent[], string> {
  if ('count' in agents) return ok(madeAgents(agents.count, seed).map(priced));
  const parsed = SimAgents.safeParse(agents.given);
  if (parsed.success) return ok(parsed.data.map(priced));
  const [issue] = parsed.error.issues;
  return fail(`the agents cannot be used: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);

  function priced(agent: SimAgent): SimAgent {
    return { ...agent, price: prices.get(agent.name) ?? agent.price };
  }
}
