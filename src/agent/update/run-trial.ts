/**
 * `koubou agent trial --config FILE --order ORDER`: this program on trial, started by the agent that it may replace. It reads
 * the same configuration, connects beside that agent, does a self-test, and prints the verdict as one line of JSON.
 * It takes no work and no lock: the agent's folder is not its own yet.
 */
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import { findCapabilities } from '../capabilities.ts';
import { keepAlive, systemClock } from '../clock.ts';
import { readConfig, readEnvironment, type AgentConfig, type Environment } from '../config.ts';
import { freeBytes, messageOf } from '../failure.ts';
import { createGit } from '../git.ts';
import { accessOf } from '../identity/access.ts';
import { createLink, type Hello, type Link } from '../link.ts';
import { openLog } from '../log.ts';
import { runSelfTest, type SelfTestOrder } from '../self-test.ts';
import { createVitals } from '../vitals.ts';
import type { Verdict } from './trial.ts';

export interface TrialArguments {
  readonly config: string;
  readonly order: string;
}

/** Runs until the coordinator has spoken, or whoever started us is gone. @returns the exit code: 0 passed, 1 not */
export async function runTrial({ config: file, order }: TrialArguments): Promise<number> {
  const release = keepAlive();
  try {
    const verdict = await tryMyself(await readConfig(file), order);
    return tell(verdict);
  } catch (error) {
    return tell({ ok: false, why: messageOf(error) });
  } finally {
    process.stdin.pause();
    release();
  }
}

function tell(verdict: Verdict): number {
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
  return verdict.ok ? 0 : 1;
}

async function tryMyself(config: AgentConfig, order: string): Promise<Verdict> {
  const environment = readEnvironment();
  const hello = await helloOf(config, environment, order);
  const free = await freeBytes(config.dir);
  const vitals = createVitals();
  const over = Promise.withResolvers<Verdict>();
  const stop = new AbortController();
  const link: Link = createLink({
    coordinator: config.coordinator,
    access: accessOf(config),
    clock: systemClock,
    log: openLog(config.agentId),
    hello: async () => await Promise.resolve(hello),
    heartbeat: () => ({ vitals: vitals(free), conditions: [] }),
    onWelcome: () => {},
    onFrame(frame) {
      if (frame.type === 'self_test') void answer(frame);
      else if (frame.type === 'trial_result') over.resolve({ ok: frame.ok, why: frame.why });
    },
    onBytes: () => 'a build on trial has no consoles',
    onRoom: () => {},
    onHeard: () => {},
  });

  async function answer({ id, repoPath, branch, gitToken }: SelfTestOrder): Promise<void> {
    const { dir, coordinator } = config;
    const git = createGit(environment, config);
    const about = { dir, coordinator, git, environment, clock: systemClock, signal: stop.signal };
    const steps = await runSelfTest({ id, repoPath, branch, gitToken }, about);
    link.send({ type: 'self_test_result', id, steps });
  }

  // Read only to hear its end.
  process.stdin.once('end', () =>
    over.resolve({ ok: false, why: 'the agent that tries it is gone' }),
  );
  process.stdin.resume();
  link.connect();
  const verdict = await over.promise;
  stop.abort();
  link.close();
  return verdict;
}

async function helloOf(
  config: AgentConfig,
  environment: Environment,
  order: string,
): Promise<Hello> {
  const { agentId, name, slots } = config;
  const capabilities = await findCapabilities(config, environment, Promise.resolve([]));
  const program = { protocol: PROTOCOL_VERSION, build: __KOUBOU_BUILD__, trial: order };
  const who = { agentId, name, version: __KOUBOU_VERSION__, slots, capabilities };
  return { type: 'hello', ...program, ...who, repos: [], holding: [] };
}
