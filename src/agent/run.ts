/** `koubou agent run --config FILE`: runs an agent until it is told to end. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { thisProgram } from '../native/program.ts';
import type { Clock } from '../shared/clock.ts';
import { findTools } from './capabilities.ts';
import { startAgent, type Agent } from './agent.ts';
import { keepAlive, systemClock } from './clock.ts';
import { ConfigError, readConfig, readEnvironment, type AgentConfig } from './config.ts';
import { messageOf } from './failure.ts';
import { ensureApiToken } from './host/api-token.ts';
import { homeAt, type Home } from './host/home.ts';
import { keeperOf, type Keeper } from './kept.ts';
import { createFacts } from './local-api/agent-facts.ts';
import { openLocalApi, type LocalApi } from './local-api/local-api.ts';
import { LockedError } from './lock.ts';
import { openLog } from './log.ts';

const USAGE = 'use: koubou agent run --config FILE';

/**
 * Runs until SIGTERM or SIGINT, or, for a local agent, until its coordinator is gone for good: attempts are stopped
 * then. On SIGUSR2 (an update, a restart), or when its keeper says so, it ends and leaves them to run; the next agent of
 * its folder finds them.
 * @param argv what follows `koubou agent run`
 * @returns the exit code: 0 ended as told, 1 could not start, 2 wrong use or configuration
 */
export async function runAgent(argv: readonly string[]): Promise<number> {
  let config: AgentConfig;
  let home: Home;
  try {
    const file = configFile(argv);
    config = await readConfig(file);
    home = homeAt(path.dirname(path.resolve(file)));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return error instanceof ConfigError ? 2 : 1;
  }
  const log = openLog(config.agentId);
  const release = keepAlive();
  try {
    const environment = readEnvironment();
    const keeper = keeperOf(environment);
    const agent = await startAgent({
      config,
      home: keeper.isThere ? home : null,
      environment,
      tools: findTools(environment),
      version: __KOUBOU_VERSION__,
      program: thisProgram(),
      clock: systemClock,
      log,
      onWelcome: keeper.welcomed,
    });
    log.info(
      { coordinator: config.coordinator, dir: config.dir, slots: config.slots },
      'agent started',
    );
    const api = await openApi(config, home, agent, log);
    const { why, leave } = await ending(config, agent, keeper);
    log.info({ why, leave }, 'agent ends');
    await api?.close();
    if (leave) await agent.leave();
    else await agent.close();
    return 0;
  } catch (error) {
    if (error instanceof LockedError) process.stderr.write(`${error.message}\n`);
    else log.fatal({ err: error }, 'the agent cannot go on');
    return 1;
  } finally {
    process.stdin.pause();
    process.channel?.unref();
    release();
  }
}

async function openApi(
  config: AgentConfig,
  home: Home,
  agent: Agent,
  log: Logger,
): Promise<LocalApi | null> {
  const { api } = config;
  if (api === null) return null;
  const token = await ensureApiToken(home);
  const facts = createFacts(config, agent, systemClock);
  return await openLocalApi({ api, token, facts, order: agent.order, log });
}

/** @throws ConfigError */
function configFile(argv: readonly string[]): string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { config: { type: 'string' } },
      strict: true,
    });
    if (values.config !== undefined) return values.config;
  } catch (error) {
    throw new ConfigError(`${messageOf(error)}\n${USAGE}`);
  }
  throw new ConfigError(USAGE);
}

interface Ending {
  readonly why: string;
  /** Attempts run on. */
  readonly leave: boolean;
}

/** Resolves with the reason to end. */
async function ending({ local }: AgentConfig, agent: Agent, keeper: Keeper): Promise<Ending> {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  const end = (why: string): void => resolve({ why, leave: false });
  process.once('SIGTERM', () => end('SIGTERM'));
  process.once('SIGINT', () => end('SIGINT'));
  process.once('SIGUSR2', () => resolve({ why: 'SIGUSR2', leave: true }));
  void agent.replaced.then((build) => resolve({ why: `build ${build} takes over`, leave: true }));
  keeper.onLeave((why) => resolve({ why, leave: true }));
  if (local) watchParent(agent, systemClock, end);
  return await promise;
}

/** How long a local agent waits for a coordinator to come back after its parent is gone. */
const ORPHAN_MS = 60_000;
const LOOK_EVERY_MS = 5_000;

function watchParent(agent: Agent, clock: Clock, end: (why: string) => void): void {
  let watching = false;
  const look = (): void => {
    if (!agent.busy && agent.silentFor() > ORPHAN_MS) end('its coordinator is gone');
    else clock.after(LOOK_EVERY_MS, look);
  };
  const onGone = (): void => {
    if (watching) return;
    watching = true;
    look();
  };
  process.once('disconnect', onGone);
  process.stdin.once('end', onGone).once('close', onGone).once('error', onGone);
  // Read only to hear its end.
  process.stdin.resume();
}
