/**
 * Asks the coordinator for tasks that the window's copy lacks: one when somebody opens it, and those that a fold missed, many at
 * a time and with pauses, because a large workshop changes more of them in a second than could be asked for one by one.
 */
import type { Clock } from '../shared/clock.ts';
import type { TaskId } from '../shared/ids.ts';
import { ok, type Result } from '../shared/result.ts';
import type { Api, CallError } from './client/call.ts';
import type { DataStore } from './store/data.ts';
import { remember } from './store/live.ts';

export interface AskingDeps {
  readonly data: DataStore;
  readonly api: Api;
  readonly clock: Pick<Clock, 'after'>;
}

export interface Asking {
  /** Brings a task with all its attempts into the store. */
  load(id: TaskId): Promise<Result<void, CallError>>;
  /** Brings tasks with their latest attempts into the store, soon. */
  bring(ids: ReadonlySet<TaskId>): void;
  close(): void;
}

/** As many as one request takes. */
const AT_ONCE = 100;
const PAUSE_MS = 250;
/** What is above is not asked for before an event tells of it again. */
const MOST_WAITING = 2_000;

export function createAsking({ data, api, clock }: AskingDeps): Asking {
  const waiting = new Set<TaskId>();
  let isAsking = false;
  let isClosed = false;
  let cancel = (): void => {};

  async function bringNext(): Promise<void> {
    const ids = [...waiting].slice(0, AT_ONCE);
    for (const id of ids) waiting.delete(id);
    const answer = await api.ask('snapshot.tasks', { ids: ids.join(',') });
    // Without an answer the connection is lost; the next event about them asks again.
    if (answer.ok && !isClosed) {
      const { value, seq } = answer.value;
      data.setState(({ live }) => ({ live: remember(live, value, seq) }));
    }
    if (isClosed) return;
    cancel = clock.after(PAUSE_MS, () => {
      isAsking = false;
      start();
    });
  }

  function start(): void {
    if (isAsking || waiting.size === 0) return;
    isAsking = true;
    void bringNext();
  }

  return {
    async load(id) {
      // One that is held is kept up to date by events; only its past attempts may lack.
      const isHeld = data.getState().live.tasks.has(id);
      const [task, list] = await Promise.all([
        isHeld ? null : api.ask('tasks.get', { id }),
        api.ask('tasks.attempts', { id }),
      ]);
      if (task?.ok === false) return task;
      if (!list.ok) return list;
      const { attempts } = list.value.value;
      const tasks = task ? [task.value.value] : [];
      // Events up to the later answer may be in one and not in the other: they have it asked for again.
      const seq = Math.max(task?.value.seq ?? 0, list.value.seq);
      data.setState(({ live }) => ({ live: remember(live, { tasks, attempts }, seq) }));
      return ok(undefined);
    },
    bring(ids) {
      for (const id of ids) if (waiting.size < MOST_WAITING) waiting.add(id);
      start();
    },
    close() {
      isClosed = true;
      cancel();
    },
  };
}
