/**
 * The people at the control centers: they give tasks, each at one of them, and whoever sits where a task is led approves it, tries
 * it again or cancels it. What is given and decided is drawn from the seed; when, follows from how things stand.
 */
import { isLedElsewhere } from '../../../src/shared/domain/led-elsewhere.ts';
import type { Task } from '../../../src/shared/domain/task.ts';
import type { TaskId } from '../../../src/shared/ids.ts';
import { allTasks } from '../invariants/evidence.ts';
import type { Random } from '../random.ts';
import type { Repo } from '../repos.ts';
import { pause } from '../time.ts';
import type { SiteHost } from './workshop.ts';

export interface SiteOrder {
  readonly key: string;
  readonly title: string;
  readonly repo: Repo;
  /** `null`: not answered yet. */
  id: TaskId | null;
}

export interface People {
  readonly orders: readonly SiteOrder[];
  /** Gives no more. */
  wrapUp(): void;
  /** Decides no more. */
  stop(): Promise<void>;
}

export interface PeopleOptions {
  readonly sites: readonly SiteHost[];
  readonly repos: readonly Repo[];
  readonly random: Random;
  /** Tasks given within one second, on average. */
  readonly perSecond: number;
}

interface Decisions {
  readonly isCancelled: boolean;
  retries: number;
}

const LOOK_MS = 700;
const RETRIES = 3;

export function startPeople({ sites, repos, random, perSecond }: PeopleOptions): People {
  const orders: SiteOrder[] = [];
  const decisions = new Map<string, Decisions>();
  let wrappingUp = false;
  let stopped = false;

  async function give(): Promise<void> {
    while (!wrappingUp) {
      const own = random.stream(`task/${orders.length + 1}`);
      const order = orderOf(orders.length + 1, own.pick(repos));
      orders.push(order);
      decisions.set(order.title, { isCancelled: own.chance(0.1), retries: 0 });
      void create(order, own.pick(sites), own).catch(() => {
        // The laboratory ended while it waited: the order has no id, and that is told.
      });
      await pause((1_000 / perSecond) * (0.5 + own.next()));
    }
  }

  async function create(order: SiteOrder, { client }: SiteHost, own: Random): Promise<void> {
    const { key, title, repo } = order;
    const engine = { kind: 'command', run: commandOf(key, own.int(2, 40)) } as const;
    const input = { repo: repo.address, title, engine };
    const answer = await client.call('tasks.create', input, { key });
    if (!answer.ok) throw new Error(`${key} was refused: ${answer.error.message}`);
    order.id = answer.value.id;
  }

  async function decide({ client }: SiteHost): Promise<void> {
    while (!stopped) {
      for (const task of await allTasks(client)) {
        const about = decisions.get(task.title);
        if (about && !isLedElsewhere(task)) await act(task, about, client);
      }
      await pause(LOOK_MS);
    }
  }

  const work = [give(), ...sites.map(decide)];
  return {
    orders,
    wrapUp() {
      wrappingUp = true;
    },
    async stop() {
      stopped = true;
      await Promise.all(work);
    },
  };
}

/** Refusals are right: the task may have moved on meanwhile. */
async function act(task: Task, about: Decisions, client: SiteHost['client']): Promise<void> {
  const { id, state, merge, failure } = task;
  if (about.isCancelled && state === 'in_progress') await client.call('tasks.cancel', { id });
  if (state === 'review' && merge?.state !== 'requested')
    await client.call('tasks.approve', { id });
  if (state !== 'failed' || failure?.retryAt !== null) return;
  about.retries += 1;
  await client.call(about.retries > RETRIES ? 'tasks.cancel' : 'tasks.retry', { id });
}

function orderOf(number: number, repo: Repo): SiteOrder {
  const key = `work-${number}`;
  return { key, title: `Do ${key}.`, repo, id: null };
}

/** Says in a file of its own who did it. */
function commandOf(key: string, tenths: number): string {
  const wait = `i=0; while [ $i -lt ${tenths} ]; do sleep 0.1; i=$((i + 1)); done`;
  return `${wait}; mkdir -p work && echo "${key} $KOUBOU_ATTEMPT" >work/${key}.txt`;
}
