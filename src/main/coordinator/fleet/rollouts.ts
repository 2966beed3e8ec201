/**
 * A rollout: the newest build goes over the fleet, so many agents at a time, and stops at the first that fails.
 *
 *   running ──pause──► paused ──resume──► running ──nothing waits, nothing runs──► done
 *      └──an agent failed──► stopped ──resume (goes on past it)──► running
 *
 * How each agent stands is in the journal (`Agent.update`) and outlives the coordinator, which goes on watching those that were
 * under way. Which ones were still waiting does not: a rollout that is asked for again leaves out what is done.
 */
import type { Agent, AgentUpdate } from '../../../shared/domain/agent.ts';
import { rejection } from '../../../shared/errors.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Rollout } from '../../../shared/rollout.ts';
import type { Journal } from '../journal/port.ts';
import type { Releases } from '../releases/releases.ts';
import type { Updates } from './updates.ts';

export interface Rollouts {
  get(): Rollout;
  /** `agents` undefined: all that have an older build. */
  start(o: { agents?: readonly AgentId[] | undefined; atOnce: number }): Result<Rollout>;
  /** Begins no further agent. */
  pause(): Result<Rollout>;
  resume(): Result<Rollout>;
  onChange(listener: (rollout: Rollout) => void): () => void;
  close(): void;
}

export interface RolloutsDeps {
  readonly journal: Pick<Journal, 'agent' | 'agents' | 'subscribe'>;
  readonly releases: Pick<Releases, 'list'>;
  readonly updates: Updates;
  readonly clock: Clock;
}

export function createRollouts(deps: RolloutsDeps): Rollouts {
  return new FleetRollouts(deps);
}

type Row = Rollout['agents'][number];

const NONE: Rollout = {
  state: 'none',
  version: '',
  build: '',
  atOnce: 1,
  startedAt: null,
  agents: [],
  message: null,
};

class FleetRollouts implements Rollouts {
  readonly #deps: RolloutsDeps;
  readonly #listeners = new Set<(rollout: Rollout) => void>();
  readonly #unsubscribe: () => void;
  #rollout: Rollout;

  constructor(deps: RolloutsDeps) {
    this.#deps = deps;
    this.#rollout = underWay(deps);
    this.#unsubscribe = deps.journal.subscribe((events) => {
      for (const { event } of events) {
        if (event.type === 'agent.update_changed') this.#updated(event.agentId, event.update);
        if (event.type === 'agent.removed') this.#ended(event.agentId, 'skipped', 'it was removed');
      }
    });
  }

  get(): Rollout {
    return this.#rollout;
  }

  start({ agents, atOnce }: Parameters<Rollouts['start']>[0]): Result<Rollout> {
    const { journal, releases, clock } = this.#deps;
    const unknown = agents?.find((id) => !journal.agent(id));
    if (unknown !== undefined)
      return fail(rejection('not_found', `there is no agent ${unknown}`, { id: unknown }));
    if (this.#rollout.state === 'running') {
      const message = 'a rollout is under way; pause it first, or wait until it is done';
      return fail(rejection('rollout_in_progress', message));
    }
    const [newest] = releases.list();
    if (!newest) {
      const message =
        'there is no executable to send to agents: make them with "npm run build:koubou"';
      return fail(rejection('no_executable', message));
    }
    const { version, build } = newest;
    const rows =
      agents?.map((agentId): Row => ({ agentId, state: 'waiting', why: null })) ??
      journal
        .agents()
        .filter(({ site }) => site === null)
        .flatMap((agent) => this.#rowOf(agent, build));
    const startedAt = clock.now();
    this.#set({ state: 'running', version, build, atOnce, startedAt, agents: rows, message: null });
    this.#goOn();
    return ok(this.#rollout);
  }

  pause(): Result<Rollout> {
    if (this.#rollout.state !== 'running') return this.#notNow('no rollout is running');
    this.#set({ ...this.#rollout, state: 'paused' });
    return ok(this.#rollout);
  }

  resume(): Result<Rollout> {
    const { state } = this.#rollout;
    if (state !== 'paused' && state !== 'stopped')
      return this.#notNow('no rollout was paused or stopped');
    this.#set({ ...this.#rollout, state: 'running', message: null });
    this.#goOn();
    return ok(this.#rollout);
  }

  onChange(listener: (rollout: Rollout) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#unsubscribe();
    this.#listeners.clear();
  }

  /** An agent of the workshop in a rollout over all of it; nothing for one that has the build. */
  #rowOf(agent: Agent, newest: string): Row[] {
    const { id: agentId, update } = agent;
    const build = this.#deps.updates.buildOf(agentId);
    if (build === newest || isOfThisPc(agent)) return [];
    if (update?.build === newest && update.state === 'failed')
      return [
        { agentId, state: 'skipped', why: `this build failed there before: ${update.why ?? ''}` },
      ];
    if (build === null && update?.build === newest && update.state === 'done') return [];
    if (build === null) return [{ agentId, state: 'skipped', why: 'it is not connected' }];
    return [{ agentId, state: 'waiting', why: null }];
  }

  #goOn(): void {
    for (;;) {
      const { state, agents, atOnce } = this.#rollout;
      if (state !== 'running') return;
      const running = agents.filter((row) => row.state === 'running').length;
      const next = agents.find((row) => row.state === 'waiting');
      if (!next && running === 0) return this.#set({ ...this.#rollout, state: 'done' });
      if (!next || running >= atOnce) return;
      this.#mark(next.agentId, 'running', null);
      void this.#begin(next.agentId);
    }
  }

  async #begin(agentId: AgentId): Promise<void> {
    if (this.#deps.updates.buildOf(agentId) === null)
      return this.#ended(agentId, 'skipped', 'it is not connected');
    const begun = await this.#deps.updates.start(agentId);
    if (!begun.ok) return this.#ended(agentId, 'failed', begun.error.message);
    // Else the journal tells how it ends.
    if (begun.value === 'has_it') this.#ended(agentId, 'done', null);
  }

  #updated(agentId: AgentId, { state, build, why }: AgentUpdate): void {
    if (build === this.#rollout.build && state !== 'running') this.#ended(agentId, state, why);
  }

  #ended(agentId: AgentId, state: Row['state'], why: string | null): void {
    const row = this.#rollout.agents.find((candidate) => candidate.agentId === agentId);
    if (row?.state !== 'running' && row?.state !== 'waiting') return;
    this.#mark(agentId, state, why);
    if (state === 'failed' && this.#rollout.state !== 'paused') {
      const message = `${agentId} could not be updated: ${why ?? 'it does not say why'}. The others keep the build they have; resume to go on past it`;
      this.#set({ ...this.#rollout, state: 'stopped', message });
    }
    this.#goOn();
  }

  #mark(agentId: AgentId, state: Row['state'], why: string | null): void {
    const agents = this.#rollout.agents.map((row) =>
      row.agentId === agentId ? { agentId, state, why } : row,
    );
    this.#set({ ...this.#rollout, agents });
  }

  #notNow(message: string): Result<never> {
    return fail(rejection('illegal_transition', message));
  }

  #set(rollout: Rollout): void {
    this.#rollout = rollout;
    for (const listener of this.#listeners) listener(rollout);
  }
}

/** It is the coordinator's own program, and comes with that. */
function isOfThisPc({ id, enrolment }: Agent): boolean {
  return enrolment === null && /^local-\d+$/.test(id);
}

/** What a coordinator before us had begun. */
function underWay({ journal, releases, clock }: RolloutsDeps): Rollout {
  const [newest] = releases.list();
  const agents = journal.agents().flatMap(({ id, update }): Row[] => {
    const isOurs = update?.build === newest?.build && update?.state === 'running';
    return isOurs ? [{ agentId: id, state: 'running', why: null }] : [];
  });
  if (!newest) return NONE;
  const { version, build } = newest;
  if (agents.length === 0) return { ...NONE, version, build };
  const message =
    'the coordinator was restarted; those under way are watched, ask again for the rest';
  return { ...NONE, state: 'running', version, build, startedAt: clock.now(), agents, message };
}
