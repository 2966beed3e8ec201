/** Agents over the API. */
import { OPERATIONS } from '../../../shared/contract.ts';
import type { Agent } from '../../../shared/domain/agent.ts';
import type { Command, CommandOf } from '../../../shared/domain/command.ts';
import { rejection } from '../../../shared/errors.ts';
import { taskIdOfAttempt, type AgentId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Fleet, FleetPast } from '../fleet/port.ts';
import type { Journal } from '../journal/port.ts';
import type { Routes } from './rest.ts';
import { route, type RequestContext } from './route.ts';

export interface AgentDeps {
  readonly journal: Journal;
  readonly fleet: Fleet & FleetPast;
}

type AgentRoutes = Omit<
  Pick<Routes, Extract<keyof Routes, `agents.${string}`>>,
  'agents.add' | 'agents.update' | 'agents.uninstall'
>;
type ChangeRoutes = Pick<
  AgentRoutes,
  | 'agents.change'
  | 'agents.drain'
  | 'agents.resume'
  | 'agents.wake'
  | 'agents.rest'
  | 'agents.delete'
>;

export function agentRoutes(deps: AgentDeps): AgentRoutes {
  return { ...readRoutes(deps), ...changeRoutes(deps) };
}

function readRoutes({ journal, fleet }: AgentDeps): Omit<AgentRoutes, keyof ChangeRoutes> {
  return {
    'agents.list': route(OPERATIONS['agents.list'], () =>
      ok({ agents: journal.agents().map((agent) => ({ agent, vitals: fleet.vitals(agent.id) })) }),
    ),
    'agents.get': route(OPERATIONS['agents.get'], ({ id }) => {
      const agent = existing(journal, id);
      return agent.ok ? ok({ agent: agent.value, vitals: fleet.vitals(id) }) : agent;
    }),
    'agents.tasks': route(OPERATIONS['agents.tasks'], ({ id }) => {
      const agent = existing(journal, id);
      if (!agent.ok) return agent;
      return ok({
        tasks: agent.value.running.flatMap(
          (attemptId) => journal.task(taskIdOfAttempt(attemptId)) ?? [],
        ),
      });
    }),
    'agents.vitals': route(OPERATIONS['agents.vitals'], ({ id, minutes }) => {
      const agent = existing(journal, id);
      return agent.ok ? ok(fleet.history.read(id, minutes)) : agent;
    }),
    'agents.attempts': route(OPERATIONS['agents.attempts'], ({ id, limit }) => {
      const agent = existing(journal, id);
      if (!agent.ok) return agent;
      const attempts = journal.attemptsBy(id, limit);
      return ok({
        attempts: attempts.map((attempt) => ({
          attempt,
          task: journal.task(attempt.taskId) ?? null,
        })),
      });
    }),
    'agents.log': route(OPERATIONS['agents.log'], async ({ id }) => {
      const agent = existing(journal, id);
      if (!agent.ok) return agent;
      const text = await fleet.logs.read(id);
      return text.ok ? ok({ text: text.value }) : text;
    }),
  };
}

function changeRoutes({ journal, fleet }: AgentDeps): ChangeRoutes {
  async function change(
    id: AgentId,
    command: Command,
    { actor, receipt }: RequestContext,
  ): Promise<Result<Agent>> {
    const result = await journal.submit(command, { actor, receipt });
    return result.ok ? existing(journal, id) : result;
  }

  return {
    'agents.change': route(OPERATIONS['agents.change'], ({ id, name, profile }, context) =>
      change(id, { type: 'agent.change', agentId: id, name, profile }, context),
    ),
    'agents.drain': route(OPERATIONS['agents.drain'], ({ id }, context) =>
      change(id, { type: 'agent.drain', agentId: id, draining: true }, context),
    ),
    'agents.resume': route(OPERATIONS['agents.resume'], ({ id }, context) =>
      change(id, { type: 'agent.drain', agentId: id, draining: false }, context),
    ),
    'agents.wake': route(OPERATIONS['agents.wake'], async ({ id }, context) => {
      const woken = await change(id, restOf(id, false, context.actor), context);
      if (woken.ok) fleet.wake(id);
      return woken;
    }),
    'agents.rest': route(OPERATIONS['agents.rest'], ({ id }, context) =>
      change(id, restOf(id, true, context.actor), context),
    ),
    'agents.delete': route(OPERATIONS['agents.delete'], async ({ id }, { actor, receipt }) => {
      const result = await journal.submit(
        { type: 'agent.remove', agentId: id },
        { actor, receipt },
      );
      return result.ok ? ok({ removed: id }) : result;
    }),
  };
}

function restOf(agentId: AgentId, resting: boolean, actor: string): CommandOf<'agent.rest'> {
  return { type: 'agent.rest', agentId, resting, why: `told to by ${actor}` };
}

function existing(journal: Journal, id: AgentId): Result<Agent> {
  const agent = journal.agent(id);
  return agent ? ok(agent) : fail(rejection('not_found', `there is no agent ${id}`, { id }));
}
