/** The end of an agent's own log, asked for over its link. The agent cuts it; nothing of it is kept here. */
import type { Clock } from '../../../shared/clock.ts';
import { rejection } from '../../../shared/errors.ts';
import type { AgentId } from '../../../shared/ids.ts';
import type { FromAgent } from '../../../shared/protocol/agent.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Link } from './link.ts';

type LogTail = Extract<FromAgent, { type: 'log_tail' }>;

export interface AgentLogs {
  /** Refused when the agent is not connected, is too old to tell, or does not answer in time. */
  read(agentId: AgentId): Promise<Result<string>>;
}

type Speaker = Pick<Link, 'agentId' | 'protocol' | 'send'>;

export interface AgentLogService extends AgentLogs {
  answer(link: Speaker, frame: LogTail): void;
  gone(link: Speaker): void;
}

const ANSWER_MS = 5_000;
/** The first version of the protocol that has it. */
const SINCE = 3;

interface Waiting {
  readonly link: Speaker;
  readonly end: (result: Result<string, string>) => void;
}

export function createAgentLogs({
  linkOf,
  clock,
}: {
  readonly linkOf: (id: AgentId) => Speaker | null;
  readonly clock: Clock;
}): AgentLogService {
  const waiting = new Map<number, Waiting>();
  let asked = 0;

  async function ask(link: Speaker): Promise<Result<string, string>> {
    const n = (asked += 1);
    const { promise, resolve } = Promise.withResolvers<Result<string, string>>();
    const late = `${link.agentId} did not answer within ${ANSWER_MS / 1_000} s; try again`;
    const cancel = clock.after(ANSWER_MS, () => resolve(fail(late)));
    waiting.set(n, { link, end: resolve });
    link.send({ type: 'log_ask', n });
    try {
      return await promise;
    } finally {
      cancel();
      waiting.delete(n);
    }
  }

  return {
    async read(agentId) {
      const link = linkOf(agentId);
      if (!link)
        return fail(rejection('agent_unavailable', `${agentId} is not connected`, { agentId }));
      if (link.protocol < SINCE) {
        const message = `${agentId} has a version that cannot send its log; update it`;
        return fail(rejection('agent_unavailable', message, { agentId }));
      }
      const told = await ask(link);
      return told.ok ? told : fail(rejection('agent_unavailable', told.error, { agentId }));
    },
    answer(link, { n, text }) {
      const one = waiting.get(n);
      if (one?.link === link) one.end(ok(text));
    },
    gone(link) {
      for (const one of waiting.values())
        if (one.link === link) one.end(fail(`${link.agentId} went away before it answered`));
    },
  };
}
