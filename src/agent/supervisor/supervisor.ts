/**
 * The supervisor of one attempt: a process of its own that holds the attempt's terminal and everything in it, so that
 * an agent can be killed, updated or restarted without the attempt noticing. It works for nobody else, speaks to the
 * coordinator only over git, and ends when the last report is on disk.
 */
import type { Logger } from 'pino';
import type { AttemptSpec } from '../../shared/protocol/agent.ts';
import { runAttempt } from '../attempt.ts';
import { attemptFolder, treeFolder } from '../attempt-folder.ts';
import type { MachineClock } from '../clock.ts';
import type { Environment } from '../config.ts';
import { engineFor } from '../engines/choose.ts';
import { Stopped } from '../failure.ts';
import { createGit } from '../git.ts';
import { clientTls, type ClientTls } from '../identity/tls.ts';
import { openModelRelay, type ModelRelay } from '../models/relay.ts';
import type { Output } from '../output.ts';
import { openProcessTree, type ProcessTree } from '../process-tree.ts';
import { openAgentSide } from './agent-side.ts';
import { createCheckpoints } from './checkpoints.ts';
import { createLease } from './lease.ts';
import { pausableClock } from './pausable-clock.ts';
import { createPauser } from './pauser.ts';
import type { Orders } from './protocol.ts';
import { openRecords } from './records.ts';
import { openTakeOvers } from './take-over.ts';

export interface SupervisorDeps {
  readonly orders: Orders;
  readonly environment: Environment;
  readonly clock: MachineClock;
  readonly log: Logger;
  /** An agent can connect now. */
  readonly onListening: () => void;
  /** Aborted when this process is told to end (the machine shuts down, say). */
  readonly end: AbortSignal;
}

/** Works on the attempt to its end. */
export async function supervise(deps: SupervisorDeps): Promise<void> {
  const { orders, environment, clock, log } = deps;
  const { spec, dir, coordinator } = orders;
  const folder = attemptFolder(dir, spec.attemptId);
  const warn = (err: unknown, message: string): void => log.error({ err }, message);
  const records = await openRecords(deps, folder);
  const { journal, output } = records;
  const tree = await openTree(orders, clock);
  const running = pausableClock(clock);
  const pauser = createPauser({ tree, running, journal, output, warn });
  const abort = new AbortController();
  const stop = (why: Error): void => {
    pauser.giveUp();
    abort.abort(why);
  };
  records.onStop(stop);
  deps.end.addEventListener('abort', () => stop(shutdown()));
  const lease = createLease({
    ...{ at: orders.leaseAt, pauseMs: orders.pauseMs, clock },
    want: () => agent.tell({ type: 'lease_wanted' }),
    onOld: () => void pauser.pause({ why: 'lease' }),
    onYoung: () => void pauser.resume('lease'),
    onGone: () => stop(new Stopped('lease_lost', 'the coordinator was away for too long', 0)),
  });
  const agent = await openAgentSide({
    socket: folder.socket,
    greeting: () => [{ type: 'hello', spec: toldOf(spec), pid: process.pid }, records.grown()],
    onLease: lease.heard,
    onStop: ({ reason, message, graceMs }) => stop(new Stopped(reason, message, graceMs)),
    warn: (message) => log.warn(message),
  });
  const models = await openModels(orders, output);
  const takeOvers = await openTakeOvers(folder.takeOver, pauser, models);
  records.tell(agent.tell);
  deps.onListening();
  const git = createGit(environment, orders);
  const made = (commit: string): void => journal.append({ kind: 'checkpointed', commit });
  await runAttempt({
    spec,
    coordinator,
    promptFile: folder.prompt,
    acquire: agent.acquire,
    mayPush: bothOf(takeOvers.goesOn, lease.fresh),
    gate: takeOvers.gate,
    checkpoints: createCheckpoints({ spec, coordinator, git, clock: running, made, warn }),
    engine: engineFor(spec.engine, running),
    models,
    git,
    reports: journal,
    output,
    signal: abort.signal,
    clock: running,
    environment,
    tree,
    warn,
  });
  lease.close();
  for (const part of [takeOvers, pauser, tree, models, records, agent]) await part?.close();
}

/**
 * What opens the gateway stays here: the socket is open to whatever runs as our user, engines of other attempts among it. An
 * agent that was restarted hears from the coordinator what it needs for git.
 */
function toldOf({ models, ...told }: AttemptSpec): AttemptSpec {
  void models;
  return { ...told, gitToken: '' };
}

async function openModels(
  { spec, coordinator, identity }: Orders,
  output: Pick<Output, 'note'>,
): Promise<ModelRelay | null> {
  const grant = spec.models;
  if (!grant) return null;
  const access = (): ClientTls | null => (identity === null ? null : clientTls(identity));
  // In the recording, which lasts longer than anything else of an attempt on this machine.
  const onRefused = (what: string): void =>
    output.note(`\nkoubou refused a request for a model: ${what}\n`);
  return await openModelRelay({ coordinator, access, grant, onRefused });
}

type Wait = (signal: AbortSignal) => Promise<void>;

function bothOf(first: Wait, second: Wait): Wait {
  return async (signal) => {
    await first(signal);
    await second(signal);
  };
}

async function openTree(
  { spec: { attemptId }, dir }: Orders,
  clock: MachineClock,
): Promise<ProcessTree> {
  return await openProcessTree({ attemptId, dir }, treeFolder(dir, attemptId), clock);
}

function shutdown(): Stopped {
  return new Stopped('shutdown', 'the machine shuts down', 0);
}
