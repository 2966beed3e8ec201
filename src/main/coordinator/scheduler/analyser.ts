/**
 * The analyser: every new task is looked at, and goes into the queue with what was found. One that waits for others or for its
 * time is looked at meanwhile. Those of which all is at hand share one commit; the others come as soon as it is, so that a
 * repository that answers slowly keeps no other task waiting.
 */
import type { Clock } from '../../../shared/clock.ts';
import { analyse, concurrencyOf, type Known } from '../../../shared/domain/analyse.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { isLedElsewhere } from '../../../shared/domain/led-elsewhere.ts';
import type { Task } from '../../../shared/domain/task.ts';
import type { TaskId } from '../../../shared/ids.ts';
import type { Journal } from '../journal/port.ts';
import { gather, type Sources } from './analysis/gather.ts';
import { startReactor } from './reactor.ts';
import { submitAll } from './submit-all.ts';

/** So many are under way at once. */
const PAGE = 200;

export interface AnalyserDeps {
  readonly journal: Pick<
    Journal,
    'inState' | 'submit' | 'subscribe' | 'task' | 'agents' | 'taskEvents'
  >;
  readonly clock: Clock;
  readonly sources: Sources;
}

export function startAnalyser({ journal, clock, sources }: AnalyserDeps): { close(): void } {
  /** Of each task that is looked at: what is known; `null`: it is being gathered. */
  const known = new Map<TaskId, Known | null>();
  const waiting = waitingAtStart(journal);
  let ended = false;

  function look(task: Task): Known | null {
    const before = known.get(task.id);
    if (before !== undefined) return before;
    const found = gather(task, { journal, sources });
    if (!(found instanceof Promise)) return found;
    known.set(task.id, null);
    void found.then((late) => {
      if (ended) return;
      if (isToAnalyse(journal.task(task.id))) known.set(task.id, late);
      else known.delete(task.id);
      reactor.wake();
    });
    return null;
  }

  const reactor = startReactor(clock, async (closed) => {
    for (;;) {
      const pending = journal.inState('pending', PAGE).filter(isToAnalyse);
      const tasks = [...pending, ...stillWaiting(waiting, journal)];
      const ready = tasks.flatMap((task) => {
        const found = look(task);
        return found ? [commandFor(task, found)] : [];
      });
      if (ready.length === 0) return true;
      const done = await submitAll(journal, ready);
      if (closed() || !done) return done;
      for (const { taskId } of ready) {
        known.delete(taskId);
        waiting.delete(taskId);
      }
    }
  });
  const unsubscribe = journal.subscribe((events) => {
    const made = events.flatMap(({ event }) => (event.type === 'task.created' ? [event] : []));
    for (const { taskId, state } of made) if (state !== 'pending') waiting.add(taskId);
    const moved = events.flatMap(({ event }) => (event.type === 'task.moved' ? [event.task] : []));
    for (const { id, analysis } of moved) if (analysis === null) waiting.add(id);
    if (made.length + moved.length > 0) reactor.wake();
  });
  // Those that were pending when the coordinator ended.
  reactor.wake();
  return {
    close() {
      ended = true;
      unsubscribe();
      reactor.close();
    },
  };
}

/** What another coordinator leads is looked at there. */
function isToAnalyse(task: Task | undefined): boolean {
  if (!task || isLedElsewhere(task)) return false;
  return task.state === 'pending' || task.state === 'blocked' || task.state === 'scheduled';
}

function commandFor(task: Task, known: Known): Extract<Command, { type: 'task.analyse' }> {
  const analysis = analyse(task, known);
  const { specialty } = analysis;
  const concurrency = concurrencyOf(task, known);
  return {
    type: 'task.analyse',
    taskId: task.id,
    specialty: specialty.value,
    analysis,
    concurrency,
  };
}

/** Of those that wait for others or for their time, the ones that were not looked at when the coordinator ended. */
function waitingAtStart(journal: Pick<Journal, 'inState'>): Set<TaskId> {
  const all = [...journal.inState('blocked', PAGE), ...journal.inState('scheduled', PAGE)];
  return new Set(all.filter(({ analysis }) => analysis === null).map(({ id }) => id));
}

function stillWaiting(waiting: Set<TaskId>, journal: Pick<Journal, 'task'>): Task[] {
  const tasks: Task[] = [];
  for (const id of waiting) {
    if (tasks.length >= PAGE) break;
    const task = journal.task(id);
    if (task && isToAnalyse(task)) tasks.push(task);
    else waiting.delete(id);
  }
  return tasks;
}
