/**
 * `koubou serve --demo`: a sample repository with a bug, a task about it, and every step of the way printed as one line.
 * The task is created over the API, as everybody else's; nothing here knows more than a user.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { OPERATIONS } from '../../shared/contract.ts';
import type { Operation } from '../../shared/operation.ts';
import type { Clock } from '../../shared/clock.ts';
import { describe, stateAfter } from '../../shared/domain/describe.ts';
import type { StoredEvent } from '../../shared/domain/event.ts';
import type { Task } from '../../shared/domain/task.ts';
import { ErrorBody } from '../../shared/errors.ts';
import type { TaskId } from '../../shared/ids.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Coordinator } from './coordinator.ts';
import { makeSampleRepo } from './demo-repo.ts';

const MOST_MS = 3 * 60_000;

export interface DemoOptions {
  readonly coordinator: Pick<Coordinator, 'url' | 'token' | 'subscribe'>;
  readonly resourcesDir: string;
  readonly dataDir: string;
  /** How a person calls the command line. */
  readonly command: string;
  /** Approve by itself. */
  readonly approve: boolean;
  readonly clock: Clock;
  readonly print: (line: string) => void;
  /** Ends the waiting. */
  readonly stop: AbortSignal;
}

/** Resolves when the change is merged, or with why it cannot be; without `approve` a person decides how long it takes. */
export async function runDemo(options: DemoOptions): Promise<Result<void, string>> {
  const { coordinator, print } = options;
  const repo = await makeSampleRepo(options.resourcesDir, options.dataDir);
  print(`A small shop with a bug is at ${repo}`);
  const watching = watch(options);
  const created = await post(coordinator, OPERATIONS['tasks.create'], newTask(options, repo));
  if (!created.ok) {
    watching.close();
    return created;
  }
  return await watching.follow(created.value);
}

function newTask(
  { resourcesDir }: DemoOptions,
  repo: string,
): z.input<(typeof OPERATIONS)['tasks.create']['input']> {
  const issue = readFileSync(path.join(resourcesDir, 'sample', 'issue.md'), 'utf8');
  const [heading = '', ...rest] = issue.split('\n');
  const engine = path.join(resourcesDir, 'sample', 'engine.mjs');
  return {
    repo,
    title: heading.replace(/^#\s*/, ''),
    body: rest.join('\n').trim(),
    engine: { kind: 'command', run: `node ${quoted(engine)}` },
  };
}

/** For `sh`: taken as it is, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

interface Watching {
  follow(task: Task): Promise<Result<void, string>>;
  close(): void;
}

/** Watches from before the task is there, so that its first step is seen, too. */
function watch(options: DemoOptions): Watching {
  const { coordinator, clock, stop, print } = options;
  const end = Promise.withResolvers<Result<void, string>>();
  const early: StoredEvent[] = [];
  let followed: TaskId | null = null;

  function onEvent(stored: StoredEvent): void {
    if (!('taskId' in stored.event) || stored.event.taskId !== followed) return;
    const { event } = stored;
    if (stateAfter(event) !== null || event.type === 'task.merge_changed') print(lineOf(stored));
    if (event.type === 'task.review_opened') void review(event.taskId);
    if (event.type === 'task.completed') end.resolve(ok(undefined));
    if (event.type === 'task.cancelled')
      end.resolve(fail(`the task was cancelled: ${event.reason}`));
    if (event.type === 'task.failed' && event.retryAt === null)
      end.resolve(fail(`${event.code}: ${event.message}`));
    if (options.approve && event.type === 'task.merge_changed' && event.merge.state === 'refused') {
      end.resolve(fail(`the change was not merged: ${event.merge.message}`));
    }
  }

  async function review(id: TaskId): Promise<void> {
    if (!options.approve) {
      print(`\nThe change waits for you. Look at it and merge it at ${coordinator.url}, or with`);
      print(`  ${options.command} tasks diff ${id} --data ${options.dataDir}`);
      print(`  ${options.command} tasks approve ${id} --data ${options.dataDir}\n`);
      return;
    }
    const approved = await post(coordinator, OPERATIONS['tasks.approve'], { id });
    if (!approved.ok) end.resolve(approved);
  }

  const unsubscribe = coordinator.subscribe((events) => {
    if (followed === null) early.push(...events);
    else for (const stored of events) onEvent(stored);
  });
  const onStop = (): void => end.resolve(fail('stopped'));
  stop.addEventListener('abort', onStop);
  // Somebody may have had enough before there was anything to watch.
  if (stop.aborted) onStop();
  const cancelTimer = options.approve
    ? clock.after(MOST_MS, () => end.resolve(fail(`not done after ${MOST_MS / 60_000} minutes`)))
    : (): void => {};

  function close(): void {
    unsubscribe();
    cancelTimer();
    stop.removeEventListener('abort', onStop);
  }

  return {
    close,
    async follow(task) {
      followed = task.id;
      for (const stored of early.splice(0)) onEvent(stored);
      try {
        return await end.promise;
      } finally {
        close();
      }
    },
  };
}

function lineOf({ at, event }: StoredEvent): string {
  const state = stateAfter(event) ?? (event.type === 'task.merge_changed' ? 'approval' : '');
  const time = new Date(at).toTimeString().slice(0, 8);
  return `${time}  ${state.padEnd(11)}  ${describe(event).replaceAll(/\s+/g, ' ')}`;
}

async function post<I extends z.ZodObject, O extends z.ZodType>(
  { url, token }: Pick<Coordinator, 'url' | 'token'>,
  operation: Operation<I, O>,
  input: z.input<I>,
): Promise<Result<z.output<O>, string>> {
  const { id, ...rest } = { id: undefined, ...input };
  const response = await fetch(new URL(operation.path.replace('{id}', String(id)), url), {
    method: operation.method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(rest),
  });
  const answer: unknown = await response.json();
  if (response.ok) return ok(operation.output.parse(answer));
  return fail(ErrorBody.parse(answer).error.message);
}
