/** Waits until the agent says hello with the build it was given. When it does not, the end of its log is brought here. */
import type { AgentId } from '../../../../shared/ids.ts';
import { familyOf } from '../families/choose.ts';
import { done, needed, type RunContext, type StepResult, type Voice } from './step.ts';
import { problem } from '../problem.ts';

/** A service manager takes some seconds at the most, cron up to a minute. */
const LIMIT_MS = 75_000;

export async function start(context: RunContext, voice: Voice): Promise<StepResult> {
  const { found, deps } = context;
  const agentId = needed(found.agentId, 'the agent');
  const { build, version } = needed(found.release, 'the executable');
  if (await untilConnected(agentId, build, context))
    return done({ code: 'connected', agentId, version });
  await bringLog(context, voice);
  const running = deps.buildOf(agentId);
  if (running !== null)
    return problem(
      'agent_not_updated',
      `${agentId} is connected, but still runs build ${running}. Restart its service on the host, then try again.`,
    );
  return problem(
    'agent_silent',
    `The service was started, and the agent did not connect to ${found.coordinator ?? 'the coordinator'} within ${LIMIT_MS / 1_000} s. Its log is shown here; look also at the firewall of the coordinator's PC.`,
  );
}

/** It counts when its link is open, which is a moment after the journal has it connected. */
const LOOK_MS = 50;

async function untilConnected(
  agentId: AgentId,
  build: string,
  { deps: { clock, buildOf }, signal }: RunContext,
): Promise<boolean> {
  const end = clock.monotonic() + LIMIT_MS;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let cancel = (): void => {};
  const look = (): void => {
    const isThere = buildOf(agentId) === build;
    if (isThere || clock.monotonic() >= end) return resolve(isThere);
    cancel = clock.after(LOOK_MS, look);
  };
  const onAbort = (): void => resolve(false);
  signal.addEventListener('abort', onAbort, { once: true });
  look();
  try {
    const isConnected = await promise;
    signal.throwIfAborted();
    return isConnected;
  } finally {
    cancel();
    signal.removeEventListener('abort', onAbort);
  }
}

async function bringLog(context: RunContext, voice: Voice): Promise<void> {
  const lines = await familyOf(context).endOfLog(context, voice);
  voice.say(lines === '' ? 'The agent has written no log.\n' : lines);
}
