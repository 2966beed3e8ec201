/** What updating asks the workshop: what it does now, and what has happened since a backup. Over the API, like everybody. */
import * as z from 'zod/mini';
import type { CoordinatorState } from '../../../shared/bridge.ts';
import type { Work } from './policy.ts';

/** States in which an attempt is under way. */
const AT_WORK = ['assigned', 'in_progress', 'testing'];
const ANSWER_MS = 10_000;
const PAGE = 500;
/** More than so many events are not counted one by one. */
const MOST_PAGES = 40;

const Queue = z.object({ counts: z.record(z.string(), z.number()) });
const Consoles = z.object({ consoles: z.array(z.unknown()) });
const Backups = z.object({ backups: z.array(z.object({ name: z.string(), seq: z.int() })) });
const Events = z.object({
  events: z.array(z.object({ seq: z.int(), event: z.object({ type: z.string() }) })),
});
type Page = z.infer<typeof Events>;

/** `null`: nobody answers. */
export async function askWork(state: CoordinatorState): Promise<Work | null> {
  const queue = await ask(state, '/api/v1/queue', Queue);
  const consoles = await ask(state, '/api/v1/consoles', Consoles);
  if (!queue || !consoles) return null;
  const running = AT_WORK.reduce((sum, name) => sum + (queue.counts[name] ?? 0), 0);
  return { running, consoles: consoles.consoles.length };
}

/** What a restore of the backup would leave out; `null`: it cannot be said. */
export async function askSince(
  state: CoordinatorState,
  backup: string,
): Promise<{ readonly events: number; readonly tasks: number } | null> {
  const listed = await ask(state, '/api/v1/backups', Backups);
  let seq = listed?.backups.find(({ name }) => name === backup)?.seq;
  if (seq === undefined) return null;
  let [events, tasks] = [0, 0];
  for (let page = 0; page < MOST_PAGES; page++) {
    const read: Page | null = await ask(state, `/api/v1/events?after=${seq}&limit=${PAGE}`, Events);
    if (!read) return null;
    events += read.events.length;
    tasks += read.events.filter(({ event }) => event.type === 'task.created').length;
    if (read.events.length < PAGE) return { events, tasks };
    seq = read.events.at(-1)?.seq ?? seq;
  }
  return null;
}

async function ask<T>(
  state: CoordinatorState,
  address: string,
  schema: z.ZodMiniType<T>,
): Promise<T | null> {
  if (state.status !== 'ready') return null;
  try {
    const answer = await fetch(new URL(address, state.url), {
      headers: { authorization: `Bearer ${state.token}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return answer.ok ? schema.parse(await answer.json()) : null;
  } catch {
    // Away, or busy with its end: nothing is known of it.
    return null;
  }
}
