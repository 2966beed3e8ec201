/** The composition root of an agent: builds its parts on one folder, connects, and returns how to end it. */
import { mkdir } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Holding } from '../shared/protocol/agent.ts';
import type { Capabilities, Tool } from '../shared/domain/agent.ts';
import type { TaskOrder } from '../shared/protocol/task-order.ts';
import { PROTOCOL_VERSION } from '../shared/protocol/version.ts';
import { announce } from './announce/announce.ts';
import { openAttempts, type Attempts } from './attempts.ts';
import { bootId } from './boot.ts';
import { startCleanup } from './cleanup.ts';
import { findCapabilities } from './capabilities.ts';
import type { MachineClock } from './clock.ts';
import { createConsoles, type Consoles } from './consoles/consoles.ts';
import { createConditions, type Conditions } from './conditions.ts';
import type { AgentConfig, Environment } from './config.ts';
import { freeBytes, messageOf, watermark } from './failure.ts';
import { createGit } from './git.ts';
import { accessOf } from './identity/access.ts';
import { certificateTimes } from './identity/files.ts';
import { createLink, type Link, type LinkOptions } from './link.ts';
import type { Home } from './host/home.ts';
import { takeLock } from './lock.ts';
import { createKnownCapabilities, SOON_MS } from './known-capabilities.ts';
import { openMachine, type Machine } from './machine.ts';
import { terminalTrouble } from './open-terminal.ts';
import { goToRest } from './rest.ts';
import { sweepScratch } from './safety.ts';
import type { Program } from './start-supervisor.ts';
import { createOrders, type OrderResult, type Orders } from './orders.ts';
import { endOrphans } from './orphans.ts';
import { createVitals } from './vitals.ts';
import { createWorkspaces, type Workspaces } from './workspace.ts';

/** How long the last reports may take at the end. */
const CLOSE_GRACE_MS = 4_000;

/** Unused work trees and mirrors are removed after so long, earlier when the disk is short of room. */
const KEEP_DAYS = 14;

export interface Agent {
  /** True while it holds attempts. */
  readonly busy: boolean;
  /** The coordinator is there. */
  readonly connected: boolean;
  holding(): Holding[];
  /** ms since the coordinator was heard last. */
  silentFor(): number;
  /** Passes an order of a program on this PC to the coordinator. */
  order(order: TaskOrder): Promise<OrderResult>;
  /** Resolves with the build that it is to leave its place to. */
  readonly replaced: Promise<string>;
  /** Stops and reports all attempts, then lets go of everything. */
  close(): Promise<void>;
  /** Lets go of everything; attempts run on under their supervisors, and the folder's next agent finds them. */
  leave(): Promise<void>;
}

export interface AgentDeps {
  readonly config: AgentConfig;
  /** Where its keeper has its builds; `null` for one without a keeper. */
  readonly home: Home | null;
  readonly environment: Environment;
  /** The tools on its path: the answer of `findTools`, which begins before anyone waits for it. */
  readonly tools: Promise<readonly Tool[]>;
  readonly version: string;
  /** This program, to start supervisors with. */
  readonly program: Program;
  readonly clock: MachineClock;
  readonly log: Logger;
  /** The coordinator welcomed it; called for each connection. */
  readonly onWelcome?: () => void;
}

/** @throws LockedError when another agent works in the folder */
export async function startAgent(deps: AgentDeps): Promise<Agent> {
  const { config, environment, clock, log } = deps;
  const { dir, coordinator } = config;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const lock = await takeLock(dir);
  try {
    const git = createGit(environment, config);
    const boot = bootId();
    const warn = (message: string): void => log.warn(message);
    const workspaces = createWorkspaces({
      ...{ dir, coordinator, git, boot, warn },
      now: () => clock.now(),
    });
    const conditions = createConditions(dir, () => clock.now(), terminalTrouble());
    // The link is made before there is anything to say over it, and opened when all else is ready.
    const link = createLink(
      linkOptions(deps, workspaces, conditions, () => ({
        ...{ attempts, machine, consoles, orders },
        rest: (why) => goToRest(config.restCommand, why, log),
      })),
    );
    const machine = await openMachine({ ...deps, git, link });
    const orders = createOrders({ link, coordinator, clock });
    const { identity } = config;
    const own = { dir, boot, coordinator, identity, workspaces, git };
    const shared = { ...own, clock, environment, log, link };
    const attempts: Attempts = await openAttempts({
      ...shared,
      slots: config.slots,
      program: deps.program,
      trouble: conditions.journalTrouble,
    });
    const consoles = createConsoles({ ...shared, placeOf: attempts.placeOf.bind(attempts) });
    // What ran under a supervisor that is gone would go on changing trees that are given out again.
    await endOrphans(dir, new Set(attempts.holding().map(({ attemptId }) => attemptId)), clock);
    const cleanup = startCleanup({
      ...{ dir, workspaces, clock, keepDays: KEEP_DAYS, minFreeBytes: await watermark(dir) },
      log: warn,
      onRefused: ({ path, why }) => log.warn({ path, why }, 'a work tree is not removed'),
    });
    await sweepScratch();
    link.connect();
    const announcement = announce(deps);
    const end = async (stop: boolean): Promise<void> => {
      orders.close();
      await announcement?.close();
      await machine.close();
      await consoles.close();
      await attempts.close({ stop, graceMs: CLOSE_GRACE_MS });
      link.close();
      await cleanup.close();
      await workspaces.close();
      await lock.release();
    };
    return agentOf({ attempts, link, machine, orders }, end);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function agentOf(
  { attempts, link, machine, orders }: Omit<Parts, 'consoles' | 'rest'> & { readonly link: Link },
  end: (stop: boolean) => Promise<void>,
): Agent {
  return {
    get busy() {
      return attempts.busy;
    },
    get connected() {
      return link.connected;
    },
    holding: () => attempts.holding(),
    silentFor: () => link.silentFor(),
    order: async (order) => await orders.give(order),
    replaced: machine.replaced,
    close: async () => await end(true),
    leave: async () => await end(false),
  };
}

function linkOptions(
  deps: AgentDeps,
  workspaces: Workspaces,
  conditions: Conditions,
  parts: () => Parts,
): LinkOptions {
  const { config, environment, tools, version, clock, log } = deps;
  const { coordinator, agentId, name, slots, dir } = config;
  const known = createKnownCapabilities(dir, clock);
  return {
    coordinator,
    access: accessOf(config),
    onExpired: () => parts().machine.expired(),
    clock,
    log,
    async hello() {
      const look = async (): Promise<Capabilities> =>
        await findCapabilities(config, environment, tools);
      const { busy } = parts().attempts;
      const capabilities = await known.soon(look, busy ? SOON_MS.busy : SOON_MS.idle);
      const repos = await workspaces.repos();
      const who = { agentId, name, version, slots, capabilities, repos };
      // What is held is looked up last, after the waiting: as it is at the moment of sending.
      const holding = parts().attempts.holding();
      const program = { protocol: PROTOCOL_VERSION, build: __KOUBOU_BUILD__, trial: null };
      return { type: 'hello', ...program, ...who, holding };
    },
    heartbeat: beats(deps, workspaces, conditions),
    onWelcome(frame) {
      const { attempts, machine, consoles, orders } = parts();
      attempts.welcome(frame);
      orders.welcomed(frame);
      machine.welcomed();
      consoles.welcomed(frame.protocol);
      deps.onWelcome?.();
    },
    onFrame: (frame) => passOn(frame, parts()),
    onBytes: (data) => parts().consoles.receiveBytes(data),
    onRoom() {
      parts().consoles.pump();
      parts().attempts.pump();
    },
    onHeard() {
      const { attempts, machine } = parts();
      attempts.heard();
      machine.heard();
    },
  };
}

interface Parts {
  readonly attempts: Attempts;
  readonly machine: Machine;
  readonly consoles: Consoles;
  readonly orders: Orders;
  readonly rest: (why: string) => void;
}

/** Gives a frame to whoever it is for. */
function passOn(
  frame: Parameters<LinkOptions['onFrame']>[0],
  { attempts, machine, consoles, orders, rest }: Parts,
): void {
  switch (frame.type) {
    case 'self_test':
    case 'update':
    case 'certificate':
    case 'log_ask':
      return machine.receive(frame);
    case 'task_order_answer':
      return orders.answered(frame);
    case 'stand_still':
      return attempts.standStill(frame.on);
    case 'make_room':
      return attempts.makeRoom(frame);
    case 'slots':
      return attempts.setSlots(frame.slots);
    case 'rest':
      return rest(frame.why);
    case 'trial_result':
      // For a link of its own, which this is not.
      return;
    case 'console_open':
    case 'console_resize':
    case 'console_ack':
    case 'console_close':
      return consoles.receive(frame);
    default:
      return attempts.receive(frame);
  }
}

/** What goes with a heartbeat: the load, troubles, and the cached repositories when they changed. */
function beats(
  { config: { dir, identity }, clock, log }: AgentDeps,
  workspaces: Workspaces,
  conditions: Conditions,
): LinkOptions['heartbeat'] {
  const vitals = createVitals();
  let free = 0;
  let certificateEndsAt: number | undefined;
  let repos: string[] = [];
  let told = '';
  async function look(): Promise<void> {
    [free, repos] = await Promise.all([freeBytes(dir), workspaces.repos(), conditions.look()]);
    conditions.keptWork(workspaces.kept().map(({ path }) => path));
    certificateEndsAt = identity === null ? undefined : certificateTimes(identity)?.to;
  }
  // Looked up in the background, the first time before there is a link: a heartbeat waits for no disk.
  const lookAgain = (): void =>
    void look().catch((error: unknown) =>
      log.warn(`the agent's folder cannot be read: ${messageOf(error)}`),
    );
  lookAgain();
  return () => {
    lookAgain();
    const names = repos.join(' ');
    const changed = names !== told;
    told = names;
    return {
      vitals: { ...vitals(free), ...(certificateEndsAt !== undefined && { certificateEndsAt }) },
      conditions: conditions.list(),
      at: clock.now(),
      ...(changed && { repos }),
    };
  };
}
