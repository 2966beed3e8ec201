/**
 * The agent's part of an update: brings the new build, tries it beside itself, and leaves its place to it when it is good.
 * Until then nothing of the agent changes, and afterwards its keeper (`keeper/`) is who decides.
 *
 *   order ──► fetched ──► on trial ──passed──► next.json, and we leave
 *                │            └──failed──► refused.json: never tried again on this host
 *                └──cannot be had──► told; it may be ordered again
 */
import { rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { FromAgent } from '../../shared/protocol/agent.ts';
import type { Environment } from '../config.ts';
import { messageOf } from '../failure.ts';
import { readRefused, refuseBuild, writeNext } from '../host/builds.ts';
import { BuildId, buildPlace, type Home } from '../host/home.ts';
import { fetchBuild, type ReadFrom } from './fetch-build.ts';
import { UpdateError, type UpdateOrder, type UpdateProblem } from './orders.ts';
import { holdTrial } from './trial.ts';

type UpdateResult = Extract<FromAgent, { type: 'update_result' }>;

export interface UpdaterDeps {
  /** `null` for an agent without a keeper: there is nobody to start another build. */
  readonly home: Home | null;
  /** Of the program that runs. */
  readonly build: string;
  readonly readFrom: ReadFrom;
  /** Answers whether it could be sent. */
  readonly send: (frame: UpdateResult) => boolean;
  /** Whether the coordinator answers us at this time. */
  readonly isHeard: () => boolean;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Updater {
  receive(order: UpdateOrder): void;
  /** The coordinator welcomed us, after whatever happened to the connection. */
  welcomed(): void;
  /** Resolves with the build that we are to leave our place to. */
  readonly replaced: Promise<string>;
  /** Ends what is under way; the build that was tried may be ordered again. */
  close(): Promise<void>;
}

export function createUpdater(deps: UpdaterDeps): Updater {
  return new AgentUpdater(deps);
}

class AgentUpdater implements Updater {
  private readonly deps: UpdaterDeps;
  private readonly ending = new AbortController();
  private readonly left = Promise.withResolvers<string>();
  /** The order under way. */
  private order: UpdateOrder | null = null;
  private work: Promise<void> = Promise.resolve();
  /** What the coordinator could not be told yet. */
  private untold: UpdateResult | null = null;
  /** Connections so far: what is tried while one breaks shows nothing about the build. */
  private connections = 0;
  readonly replaced: Promise<string>;

  constructor(deps: UpdaterDeps) {
    this.deps = deps;
    this.replaced = this.left.promise;
  }

  receive(order: UpdateOrder): void {
    if (this.ending.signal.aborted) return;
    if (this.order?.build === order.build) {
      // Given again, by a coordinator that was restarted: it is told under the newer one.
      this.order = order;
      return;
    }
    if (this.order)
      return this.tell(order, {
        why: `it is busy with build ${this.order.build}`,
        isRefusal: false,
      });
    this.order = order;
    this.work = this.carryOut();
  }

  welcomed(): void {
    this.connections += 1;
    const { untold } = this;
    this.untold = null;
    if (untold) this.send(untold);
  }

  async close(): Promise<void> {
    this.ending.abort(new UpdateError('the agent ended during the update'));
    await this.work;
  }

  private async carryOut(): Promise<void> {
    for (;;) {
      const order = this.current();
      const problem = await this.tryBuild(order).catch((error: unknown) => this.unexpected(error));
      // Meant for a coordinator that is gone; the one that is there now asked again.
      if (problem && !problem.isRefusal && this.current().order !== order.order) continue;
      const last = this.current();
      this.order = null;
      this.tell(last, problem);
      if (!problem) this.left.resolve(last.build);
      return;
    }
  }

  private current(): UpdateOrder {
    if (!this.order) throw new Error('no update is under way');
    return this.order;
  }

  private async tryBuild(order: UpdateOrder): Promise<UpdateProblem | null> {
    const { home, build: own, environment, clock, log } = this.deps;
    const { build } = order;
    if (!home) return passing(NO_HOME);
    if (!BuildId.safeParse(build).success) return passing(`"${build}" is not a build`);
    if (build === own) return passing('it runs this build already');
    const before = (await readRefused(home)).get(build);
    if (before !== undefined)
      return passing(`this build failed here before, and is not tried again: ${before}`);
    log.info({ build, version: order.version }, 'an update begins');
    await fetchBuild(order, { ...this.deps, home, signal: this.ending.signal });
    const { connections } = this;
    const { executable, dir } = buildPlace(home, build);
    const signal = this.ending.signal;
    const trial = {
      executable,
      config: home.config,
      order: order.order,
      environment,
      clock,
      signal,
    };
    const why = await holdTrial(trial);
    if (why === null) {
      await writeNext(home, { build, tries: 0 });
      return null;
    }
    if (signal.aborted) return passing(why);
    if (connections !== this.connections || !this.deps.isHeard())
      return passing(`the connection to the coordinator broke during the trial (${why})`);
    await refuseBuild(home, build, why);
    await rm(dir, { recursive: true, force: true });
    return { why, isRefusal: true };
  }

  private unexpected(error: unknown): UpdateProblem {
    const { log } = this.deps;
    if (!(error instanceof UpdateError)) log.error({ err: error }, 'an update failed');
    return passing(messageOf(error));
  }

  private tell({ order, build }: UpdateOrder, problem: UpdateProblem | null): void {
    const why = problem?.why ?? null;
    this.deps.log.info(
      { build, why },
      problem ? 'the update did not come about' : 'the new build is good: leaving',
    );
    this.send({
      type: 'update_result',
      order,
      ok: problem === null,
      why: why?.slice(0, MOST_WHY) ?? null,
    });
  }

  private send(result: UpdateResult): void {
    if (!this.deps.send(result)) this.untold = result;
  }
}

const MOST_WHY = 2_000;
const NO_HOME =
  'this agent was not installed as a service: it is updated with the program that started it';

/** May be different another time. */
function passing(why: string): UpdateProblem {
  return { why, isRefusal: false };
}
