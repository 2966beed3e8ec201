/**
 * Which queue this coordinator gives out from: its own, or one that several share. The scheduler sees one queue, whichever it
 * is, and a running coordinator moves from one to the other (`move.ts`).
 */
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { rejection } from '../../../shared/errors.ts';
import { SITE_ID } from '../../../shared/id-patterns.ts';
import { SiteId } from '../../../shared/ids.ts';
import { parseQueueAddress, type RedisAddress } from '../../../shared/queue-address.ts';
import type { QueueEngine } from '../../../shared/contract-sites.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Journal } from '../journal/port.ts';
import type { ReadyQueue } from '../queue/port.ts';
import { SharedQueueError, type QueueState } from '../queue/shared-port.ts';
import { startEngine, type Engine } from './engine.ts';
import { createGate, type Gate } from './gate.ts';
import { unshareAll } from './unshare.ts';

/** Where the word about a shared queue that cannot be used goes. */
export interface SiteConditions {
  set(kind: 'shared_queue', message: string): void;
  clear(kind: 'shared_queue'): void;
}

export interface SitesDeps {
  readonly journal: Journal;
  /** What is ready here, whoever shares it. */
  readonly embedded: ReadyQueue;
  readonly conditions: SiteConditions;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where the queue is: `embedded`, or an address. */
  readonly address: string;
  /** What this coordinator is called among others; `null`: as its PC. */
  readonly name: string | null;
  readonly hostname: string;
  /** Of the data folder; only a hash of it leaves this PC, to tell coordinators of one name apart. */
  readonly secret: string;
  /** Keeps the address for the next start; the error is for people. */
  readonly keep: (address: string) => Result<unknown>;
}

export interface Sites {
  readonly queue: ReadyQueue;
  readonly gate: Gate;
  status(): Promise<QueueEngine>;
  /** Moves to that queue, and loses nothing; can be asked again after a break. */
  move(address: string): Promise<Result<QueueEngine>>;
  close(): Promise<void>;
}

/** Resolves before agents are heard; the error is a text for people. */
export async function openSites(deps: SitesDeps): Promise<Result<Sites, string>> {
  const { journal, embedded, address: text } = deps;
  const address = parseQueueAddress(text);
  if (!address.ok) return fail(`--queue: ${address.error.message}`);
  const before = journal.workshop().site;
  if (address.value.kind === 'embedded' && before)
    return fail(
      `this coordinator shares a queue as "${before.id}": start it with that --queue, then "koubou queue move embedded"`,
    );
  const closed = new AbortController();
  const listeners = new Set<() => void>();
  const onChange = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const shares = sharesOf(deps, onChange);
  let moving = false;

  if (address.value.kind === 'redis') {
    const shared = await shares.share(address.value);
    if (!shared.ok) return fail(shared.error.message);
  }
  return ok({
    queue: queueOf(embedded, () => shares.engine()?.hand ?? embedded, listeners),
    gate: createGate(journal, shares.engine, deps.clock, closed.signal),
    status: shares.status,
    async move(to) {
      if (moving) return invalid('the queue is being moved; wait for that');
      moving = true;
      try {
        const moved = await shares.moveTo(to);
        if (!moved.ok) return moved;
        const kept = deps.keep(to);
        return kept.ok ? ok(await shares.status()) : kept;
      } catch (error) {
        return refusalOf(error);
      } finally {
        moving = false;
      }
    },
    async close() {
      closed.abort();
      await shares.engine()?.close();
    },
  });
}

/** The queue that is shared now, if any. */
interface Shares {
  engine(): Engine | null;
  share(redis: RedisAddress): Promise<Result<void>>;
  moveTo(address: string): Promise<Result<void>>;
  status(): Promise<QueueEngine>;
}

function sharesOf(deps: SitesDeps, onChange: () => void): Shares {
  const { journal } = deps;
  let engine: Engine | null = null;
  let shown = 'embedded';

  async function share(redis: RedisAddress): Promise<Result<void>> {
    const site = siteOf(deps);
    if (!site.ok) return site;
    const started = await startShared(redis, site.value, deps, onChange);
    if (!started.ok) return started;
    engine = started.value;
    shown = redis.shown;
    onChange();
    return ok(undefined);
  }

  async function unshare(): Promise<Result<void>> {
    if (!engine) return ok(undefined);
    const done = await unshareAll(engine, deps);
    if (!done.ok) return done;
    await engine.close();
    engine = null;
    shown = 'embedded';
    deps.conditions.clear('shared_queue');
    onChange();
    return ok(undefined);
  }

  async function status(): Promise<QueueEngine> {
    if (!engine) return { kind: 'embedded' };
    return { kind: 'redis', address: shown, ...(await statusOf(engine, journal)) };
  }

  async function moveTo(to: string): Promise<Result<void>> {
    const next = parseQueueAddress(to);
    if (!next.ok) return next;
    const { value } = next;
    if (value.kind === 'embedded') return await unshare();
    if (value.password !== null)
      return invalid('a password is kept in no setting: write ?password-file=FILE');
    if (engine && shown !== value.shown)
      return invalid(`the queue is at ${shown}: move it to "embedded" first`);
    const moved = engine ? ok(undefined) : await share(value);
    if (moved.ok && engine) await engine.offers.shareAll();
    return moved;
  }

  return { engine: () => engine, share, moveTo, status };
}

/** The scheduler asks it, whichever it is. */
function queueOf(
  embedded: ReadyQueue,
  current: () => Pick<ReadyQueue, 'fill' | 'fenceOf' | 'lanes' | 'head'>,
  listeners: Set<() => void>,
): ReadyQueue {
  return {
    ...embedded,
    fill: (free, room) => current().fill(free, room),
    fenceOf: (id) => current().fenceOf(id),
    lanes: () => current().lanes(),
    head: (key, count) => current().head(key, count),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function startShared(
  address: RedisAddress,
  site: SiteId,
  deps: SitesDeps,
  onChange: () => void,
): Promise<Result<Engine>> {
  const { secret, clock, conditions } = deps;
  const instance = createHash('sha256').update(`site ${secret}`).digest('hex').slice(0, 12);
  try {
    // What speaks to Redis is large, and few need it.
    const { openRedisQueue } = await import('../queue/redis/open.ts');
    const shared = await openRedisQueue({ address, site, instance, clock });
    const show = (state: QueueState): void => {
      const trouble =
        state.kind === 'away'
          ? `the queue at ${address.shown} is away (${state.why}). What is worked on goes on, and nothing new is begun until it is back`
          : shared.warnings().join('. ');
      if (trouble === '') conditions.clear('shared_queue');
      else conditions.set('shared_queue', trouble);
    };
    shared.onState(show);
    show(shared.state());
    try {
      return ok(await startEngine({ ...deps, site, shared, onChange }));
    } catch (error) {
      await shared.close();
      conditions.clear('shared_queue');
      throw error;
    }
  } catch (error) {
    return refusalOf(error);
  }
}

async function statusOf({ shared, offers }: Engine, journal: Journal) {
  const state = shared.state();
  const why = state.kind === 'away' ? state.why : null;
  const sites = await shared.sites().catch((error: unknown) => {
    // Away: who shares it is not known now, and the state says so.
    if (error instanceof SharedQueueError) return [];
    throw error;
  });
  const site = journal.workshop().site?.id ?? null;
  return { site, state: state.kind, why, sites: [...sites], unshared: offers.unshared() };
}

function siteOf({ name, hostname, journal }: SitesDeps): Result<SiteId> {
  const before = journal.workshop().site?.id;
  const wanted =
    name ??
    before ??
    hostname
      .toLowerCase()
      .split('.')[0]
      ?.replaceAll(/[^a-z0-9-]/g, '-');
  if (wanted === undefined || !SITE_ID.test(wanted))
    return invalid('give this coordinator a name that others know it by: --site tokyo');
  if (before !== undefined && before !== wanted)
    return invalid(`this coordinator is "${before}" to the others: it cannot be "${wanted}" too`);
  return ok(SiteId.parse(wanted));
}

function refusalOf(error: unknown): Result<never> {
  if (!(error instanceof SharedQueueError)) throw error;
  return fail(rejection('not_connected', error.message, { trouble: error.trouble }));
}

function invalid(message: string): Result<never> {
  return fail(rejection('invalid_input', message));
}
