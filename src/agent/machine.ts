/**
 * What the coordinator asks of the machine itself and not of an attempt: self-tests, updates of this program, fresh
 * certificates, and the end of its log.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import type { FromAgent, ToAgent } from '../shared/protocol/agent.ts';
import { HEARTBEAT_MS } from '../shared/protocol/timing.ts';
import type { MachineClock } from './clock.ts';
import type { AgentConfig, Environment } from './config.ts';
import type { Git } from './git.ts';
import { endOfLog } from './host/agent-log.ts';
import type { Home } from './host/home.ts';
import { createRenewal } from './identity/renewal.ts';
import { runSelfTest, selfTestFolder } from './self-test.ts';
import { createReader } from './update/read-from.ts';
import { createUpdater } from './update/updater.ts';

export type MachineFrame = Extract<
  ToAgent,
  { type: 'self_test' | 'update' | 'certificate' | 'log_ask' }
>;

export interface MachineDeps {
  readonly config: AgentConfig;
  /** `null` for an agent without a keeper. */
  readonly home: Home | null;
  readonly git: Git;
  readonly link: { send(frame: FromAgent): boolean; silentFor(): number };
  readonly environment: Environment;
  readonly clock: MachineClock;
  readonly log: Logger;
}

export interface Machine {
  receive(frame: MachineFrame): void;
  /** The coordinator welcomed us. */
  welcomed(): void;
  /** The coordinator was heard. */
  heard(): void;
  /** The coordinator says that our certificate has run out. */
  expired(): void;
  /** Resolves with the build that we are to leave our place to. */
  readonly replaced: Promise<string>;
  close(): Promise<void>;
}

/** A coordinator that answered nothing for so long does not answer a build on trial either. */
const HEARD_MS = 2.5 * HEARTBEAT_MS;

/** Enough for a screen or two; at most so many characters. */
const MOST_LOG_BYTES = 48 * 1024;

/** Call with the lock of the agent's folder held. */
export async function openMachine(deps: MachineDeps): Promise<Machine> {
  const { config, home, git, link, environment, clock, log } = deps;
  const { dir, coordinator, agentId, identity } = config;
  // Of tests that an agent before us did not live to end.
  await rm(selfTestFolder(dir), { recursive: true, force: true });
  const ending = new AbortController();
  const tests = new Set<Promise<void>>();
  const renewal =
    identity === null
      ? null
      : createRenewal({
          ...{ dir: identity, coordinator, agentId, clock, log },
          send: (frame) => link.send(frame),
        });
  const updater = createUpdater({
    home,
    build: __KOUBOU_BUILD__,
    readFrom: createReader(config),
    send: (frame) => link.send(frame),
    isHeard: () => link.silentFor() < HEARD_MS,
    environment,
    clock,
    log,
  });

  async function test({ id, repoPath, branch, gitToken }: SelfTestFrame): Promise<void> {
    const order = { id, repoPath, branch, gitToken };
    const about = { dir, coordinator, git, environment, clock, signal: ending.signal };
    const steps = await runSelfTest(order, about);
    // Not connected any more, nobody waits for it.
    link.send({ type: 'self_test_result', id, steps });
  }

  async function tellLog({ n }: LogAskFrame): Promise<void> {
    const folder = home === null ? dir : home.log;
    const text = await endOfLog(path.join(folder, 'agent.log'), MOST_LOG_BYTES);
    link.send({ type: 'log_tail', n, text });
  }

  return {
    receive(frame) {
      if (frame.type === 'log_ask') return void tellLog(frame);
      if (frame.type === 'update') return updater.receive(frame);
      if (frame.type === 'certificate') return void renewal?.take(frame);
      const run = test(frame).catch((error: unknown) =>
        log.error({ err: error }, 'a self-test could not be tidied up'),
      );
      tests.add(run);
      return void run.then(() => tests.delete(run));
    },
    welcomed: () => updater.welcomed(),
    heard: () => void renewal?.heard(),
    expired: () => void renewal?.expired(),
    replaced: updater.replaced,
    async close() {
      ending.abort(new Error('the agent ended'));
      await Promise.all([updater.close(), ...tests]);
    },
  };
}

type LogAskFrame = Extract<MachineFrame, { type: 'log_ask' }>;
type SelfTestFrame = Extract<MachineFrame, { type: 'self_test' }>;
