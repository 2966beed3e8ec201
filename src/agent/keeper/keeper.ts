/**
 * The keeper: the service's main process on a host. It starts the agent, starts it again when it ends (at once, then with
 * growing pauses), and gives its place to another build when the agent asks for that. Attempts live in processes of
 * their own and do not notice any of it.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { pause } from '../clock.ts';
import type { Choice, Switch } from './switch.ts';

/** A started agent. */
export interface AgentChild {
  /** Resolves with why it ended. */
  readonly exited: Promise<string>;
  /** Resolves when the coordinator welcomed it; never for one that is not. */
  readonly welcomed: Promise<void>;
  /** Asks it to end and leave its attempts to run; ends it after `graceMs`. Resolves when it is gone. */
  leave(graceMs: number): Promise<void>;
}

export interface KeeperDeps {
  readonly builds: Switch;
  /** @throws Error when the build cannot be started at all */
  readonly start: (build: string) => AgentChild;
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborted when the service stops: the agent leaves, its attempts run on. */
  readonly stop: AbortSignal;
}

/** A new build must be welcomed within this time: attempts are given away after AGENT_LOST_MS, and the old one has to be back by then. */
export const PROBATION_MS = 8_000;
/** How long a build that failed its probation has to leave. */
const FAILED_GRACE_MS = 1_000;
const LEAVE_GRACE_MS = 8_000;
/** An agent that lived so long was all right: the next pause is the first again. */
const HEALTHY_MS = 60_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/** @returns the exit code: 0 stopped as told, 1 there is no build to run */
export async function keepAgent(deps: KeeperDeps): Promise<number> {
  const { builds, clock, log, stop } = deps;
  let pauseMs = FIRST_PAUSE_MS;
  while (!stop.aborted) {
    const choice = await builds.choose();
    if (choice === null) {
      log.fatal('there is no whole build in this home; install the agent again');
      return 1;
    }
    const startedAt = clock.monotonic();
    const ended = await runOnce(choice, deps);
    if (ended === 'stopped') return 0;
    // Who leaves its place, or failed its probation, makes room for one that waits to start.
    if (ended.gaveBack || (await builds.hasNext())) continue;
    if (clock.monotonic() - startedAt >= HEALTHY_MS) pauseMs = FIRST_PAUSE_MS;
    log.warn({ build: choice.build, why: ended.why, againMs: pauseMs }, 'the agent ended');
    await pause(clock, pauseMs, stop);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
  return 0;
}

interface Ended {
  readonly why: string;
  /** It failed its probation. */
  readonly gaveBack: boolean;
}

async function runOnce(choice: Choice, deps: KeeperDeps): Promise<Ended | 'stopped'> {
  const { builds, log } = deps;
  const { build, probation } = choice;
  const child = tryStart(build, deps);
  if (typeof child === 'string') {
    if (probation) await builds.failed(build, child);
    return { why: child, gaveBack: probation };
  }
  log.info({ build, probation }, 'the agent is started');
  const stopped = untilStopped(deps.stop);
  if (probation) {
    const why = await probationOf(child, deps, stopped.promise);
    if (why === 'stopped') return await leaveFor(child, stopped);
    if (why !== null) {
      await child.leave(FAILED_GRACE_MS);
      await builds.failed(build, why);
      stopped.forget();
      return { why, gaveBack: true };
    }
    await builds.passed(build);
    log.info({ build }, 'the new build took over');
  }
  const why = await Promise.race([child.exited, stopped.promise]);
  if (deps.stop.aborted) return await leaveFor(child, stopped);
  stopped.forget();
  return { why, gaveBack: false };
}

function tryStart(build: string, { start }: KeeperDeps): AgentChild | string {
  try {
    return start(build);
  } catch (error) {
    return `it cannot be started: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function leaveFor(child: AgentChild, stopped: Stopped): Promise<'stopped'> {
  stopped.forget();
  await child.leave(LEAVE_GRACE_MS);
  return 'stopped';
}

/** @returns `null`: it was welcomed; else why not */
async function probationOf(
  child: AgentChild,
  { clock }: KeeperDeps,
  stopped: Promise<'stopped'>,
): Promise<string | null> {
  const late = Promise.withResolvers<string>();
  const cancel = clock.after(PROBATION_MS, () =>
    late.resolve(`the coordinator did not welcome it within ${PROBATION_MS / 1_000} s`),
  );
  const why = await Promise.race([
    child.welcomed.then(() => null),
    child.exited.then((code) => `it ended before it was welcomed (${code})`),
    late.promise,
    stopped,
  ]);
  cancel();
  return why;
}

interface Stopped {
  readonly promise: Promise<'stopped'>;
  forget(): void;
}

function untilStopped(stop: AbortSignal): Stopped {
  const { promise, resolve } = Promise.withResolvers<'stopped'>();
  const onAbort = (): void => resolve('stopped');
  if (stop.aborted) onAbort();
  stop.addEventListener('abort', onAbort, { once: true });
  return { promise, forget: () => stop.removeEventListener('abort', onAbort) };
}
