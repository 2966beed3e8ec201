/**
 * Builds on trial: beside an agent that goes on with its work, its next build connects, is given a self-test, and is
 * told whether it may take over. It takes no work, and the agent's own link does not notice.
 */
import type { Logger } from 'pino';
import type { AgentId } from '../../../shared/ids.ts';
import type { ToAgent } from '../../../shared/protocol/agent.ts';
import { AGENT_PAUSE_MS, HEARTBEAT_MS } from '../../../shared/protocol/timing.ts';
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { CLOSE, type Hello, type Link } from './link.ts';
import { failureOf, type SelfTestService } from './self-tests.ts';

export interface TrialsDeps {
  readonly selfTests: Pick<SelfTestService, 'runOn'>;
  /** The build that an order is about; `null` when the agent has no such order. */
  readonly orders: { buildOf(agentId: AgentId, order: string): string | null };
  readonly log: Logger;
}

export interface Trials {
  begin(link: Link, hello: Hello): void;
  gone(link: Link): void;
  removed(id: AgentId): void;
}

const WELCOME: Extract<ToAgent, { type: 'welcome' }> = {
  type: 'welcome',
  protocol: PROTOCOL_VERSION,
  heartbeatMs: HEARTBEAT_MS,
  pauseMs: AGENT_PAUSE_MS,
  attempts: [],
  over: [],
};

const MOST_WHY = 2_000;

export function createTrials({ selfTests, orders, log }: TrialsDeps): Trials {
  const open = new Set<Link>();

  /** @returns why it may not take over; `null`: it may */
  async function examine(
    link: Link,
    { build }: Hello,
    ordered: string,
  ): Promise<Result<string | null>> {
    if (build !== ordered)
      return ok(`it says it is build ${build || 'unknown'}, and ${ordered} was asked for`);
    const steps = await selfTests.runOn(link);
    // Our own trouble says nothing about the build: it may try again.
    if (!steps.ok) return steps.error.code === 'internal' ? steps : ok(steps.error.message);
    const failed = failureOf(steps.value);
    return ok(failed === null ? null : `its self-test failed at ${failed}`);
  }

  async function hold(link: Link, hello: Hello): Promise<void> {
    const { agentId, build } = link;
    const ordered = orders.buildOf(agentId, hello.trial ?? '');
    // By a coordinator before us, perhaps: then the agent is given a new order.
    if (ordered === null) return link.close(CLOSE.notNow, 'nobody asked for this trial');
    const verdict = await examine(link, hello, ordered);
    if (!verdict.ok) return link.close(CLOSE.notNow, verdict.error.message);
    const why = verdict.value;
    log.info({ agent: agentId, build, why }, why === null ? 'trial passed' : 'trial failed');
    if (link.isClosed()) return;
    link.send({ type: 'trial_result', ok: why === null, why: why?.slice(0, MOST_WHY) ?? null });
    link.close(CLOSE.tried, 'the trial is over');
  }

  return {
    begin(link, hello) {
      open.add(link);
      link.welcome(WELCOME);
      hold(link, hello).catch((error: unknown) => {
        log.error({ err: error, agent: link.agentId }, 'a trial could not be held');
        link.close(CLOSE.notNow, 'the coordinator had an error of its own; its log has more');
      });
    },
    gone: (link) => void open.delete(link),
    removed(id) {
      for (const link of [...open])
        if (link.agentId === id) link.close(CLOSE.unauthorized, 'it was removed from the workshop');
    },
  };
}
