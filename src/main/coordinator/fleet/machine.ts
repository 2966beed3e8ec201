/**
 * What a link says about the machine and its program, and not about attempts: given to whoever it is for. Every link is
 * told of here, those of builds on trial too.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { assertNever } from '../../../shared/result.ts';
import type { Logger } from 'pino';
import type { Journal } from '../journal/port.ts';
import type { Releases } from '../releases/releases.ts';
import type { FromAgent } from '../../../shared/protocol/agent.ts';
import type { Hello, Link, MachineFrame } from './link.ts';
import type { SelfTestRepo } from './self-test-repo.ts';
import { createAgentLogs, type AgentLogs } from './agent-logs.ts';
import { createSelfTests, type SelfTests } from './self-tests.ts';
import { createTrials } from './trials.ts';
import { createUpdates, type Updates } from './updates.ts';

export interface Machine {
  frame(link: Link, frame: MachineFrame): void;
  /** The agent is connected and welcomed. */
  connected(link: Link): void;
  /** A build on trial proved whose it is. */
  trial(link: Link, hello: Hello): void;
  gone(link: Link): void;
  removed(id: AgentId): void;
}

export type Renew = Extract<FromAgent, { type: 'renew' }>;

export interface MachineDeps {
  readonly journal: Journal;
  readonly selfTestRepo: SelfTestRepo;
  readonly releases: Releases;
  /** An agent asks for a new certificate. */
  readonly renew: (link: Link, frame: Renew) => void;
  readonly linkOf: (id: AgentId) => Link | null;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface MachineService extends Machine {
  readonly selfTests: SelfTests;
  readonly updates: Updates;
  readonly logs: AgentLogs;
  close(): void;
}

export function createMachine(deps: MachineDeps): MachineService {
  const { selfTestRepo, renew } = deps;
  const selfTests = createSelfTests({ ...deps, repo: selfTestRepo });
  const updates = createUpdates(deps);
  const logs = createAgentLogs(deps);
  const trials = createTrials({
    ...deps,
    selfTests,
    orders: { buildOf: (id, order) => updates.orderedBuild(id, order) },
  });
  return {
    selfTests,
    updates,
    logs,
    frame(link, frame) {
      switch (frame.type) {
        case 'renew':
          return renew(link, frame);
        case 'self_test_result':
          return selfTests.result(link, frame);
        case 'update_result':
          return updates.result(link, frame);
        case 'log_tail':
          return logs.answer(link, frame);
        default:
          return assertNever(frame);
      }
    },
    connected: (link) => updates.connected(link),
    trial: trials.begin,
    gone(link) {
      selfTests.gone(link);
      logs.gone(link);
      trials.gone(link);
    },
    removed(id) {
      updates.removed(id);
      trials.removed(id);
    },
    close: () => updates.close(),
  };
}
