/**
 * The window under load: a hundred thousand tasks, a thousand agents and 2,000 events a second, while somebody types, chooses
 * and scrolls on every busy screen. A bare window that scrolls a plain list stands beside it: what that misses, the machine does.
 */
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';
import { pause } from '../faults/time.ts';
import { row, type Print } from './measure.ts';
import {
  droppedShare,
  inputP95,
  memoryOf,
  openWindow,
  ROOT,
  scroll,
  take,
  type Memory,
  type Seen,
  type Window,
} from './ui-page.ts';

const EVENTS_PER_SECOND = 2_000;
const SCROLL_MS = 4_000;
const SETTLE_MS = 4_000;

interface Place {
  readonly name: string;
  readonly hash: string;
  readonly scroller: string;
  readonly search?: string;
  /** The keys that move through the list. */
  readonly moves: boolean;
}

const PLACES: readonly Place[] = [
  {
    name: 'board',
    hash: '#/tasks',
    scroller: '[data-group=waiting] .column-body',
    search: 'task-search',
    moves: true,
  },
  {
    name: 'table',
    hash: '#/tasks?view=table',
    scroller: '.table-body',
    search: 'task-search',
    moves: true,
  },
  { name: 'agents', hash: '#/agents', scroller: '#main', search: 'agent-search', moves: true },
  {
    name: 'agents, list',
    hash: '#/agents?view=list',
    scroller: '#main',
    search: 'agent-search',
    moves: true,
  },
];

/** @param bare scrolls the bare window while the same goes on, and answers what share of its frames it dropped */
export async function benchLoad(
  print: Print,
  dir: string,
  bare: (() => Promise<Seen>) | null,
  app = ROOT,
): Promise<void> {
  print('The window with 100,000 tasks, 1,000 agents and 2,000 events a second');
  const server = await startServer(dir);
  const window = await openWindow([app, '--data', dir]);
  try {
    await window.page.getByTestId('health').waitFor({ timeout: 60_000 });
    showStart(print, await take(window));
    await server.rate(EVENTS_PER_SECOND);
    await pause(SETTLE_MS);
    const before = await memoryOf(window);
    const began = performance.now();
    for (const place of PLACES) await visit(print, window, place);
    const minutes = (performance.now() - began) / 60_000;
    showMemory(print, before, await memoryOf(window), minutes);
    if (bare) {
      const seen = await bare();
      const figure = `${percent(droppedShare(seen))}, ${seen.long.length} tasks`;
      print(row('a bare window meanwhile: frames dropped, long tasks', figure, 'the machine'));
    }
    print(row('events a second that came', (await server.made()).toFixed(0), '2,000'));
  } finally {
    await window.close();
    server.close();
  }
}

function showStart(print: Print, { long }: Seen): void {
  const worst = Math.max(0, ...long);
  print(row('first snapshot: longest task', `${worst.toFixed(0)} ms`, '≤ 50 ms'));
}

async function visit(print: Print, window: Window, place: Place): Promise<void> {
  const { page } = window;
  await page.evaluate(`location.hash = ${JSON.stringify(place.hash)}`);
  await page.locator(place.scroller).first().waitFor();
  await pause(500);
  await take(window);
  await page.locator('#main').click({ position: { x: 5, y: 5 }, force: true });
  if (place.moves)
    for (let n = 0; n < 24; n++) await page.keyboard.press(n < 16 ? 'j' : 'k', { delay: 30 });
  if (place.search !== undefined) {
    await page.getByTestId(place.search).click();
    await page.keyboard.type('total 12', { delay: 60 });
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete', { delay: 60 });
    await page.keyboard.press('Escape');
  }
  const typed = await take(window);
  await pause(300);
  await scroll(window, place.scroller, SCROLL_MS);
  const scrolled = await take(window);
  const long = [...typed.long, ...scrolled.long];
  const figure = `${inputP95(typed).toFixed(0)} ms`;
  print(row(`${place.name}: input delay p95`, figure, '≤ 100 ms'));
  print(row(`${place.name}: frames dropped`, percent(droppedShare(scrolled)), '≤ 5 %'));
  const worst = Math.max(0, ...long).toFixed(0);
  print(row(`${place.name}: tasks over 50 ms, worst`, `${long.length}, ${worst} ms`, '0'));
  for (const blame of worstOf([...typed.blame, ...scrolled.blame])) print(`      ${blame}`);
}

function worstOf(blame: readonly string[]): string[] {
  return blame.toSorted((a, b) => parseInt(b, 10) - parseInt(a, 10)).slice(0, 3);
}

function showMemory(print: Print, before: Memory, after: Memory, minutes: number): void {
  print(row('memory of the page (PSS)', `${after.pss.toFixed(0)} MB`, '≤ 400 MB'));
  const slope = (after.heap - before.heap) / minutes;
  const figure = `${after.heap.toFixed(0)} MB, ${slope >= 0 ? '+' : ''}${slope.toFixed(1)} MB/min`;
  print(row(`living objects after ${minutes.toFixed(1)} min`, figure, 'flat'));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

const Hello = z.strictObject({ url: z.string() });
const Made = z.strictObject({ made: z.number(), at: z.number() });

export interface Server {
  rate(eventsPerSecond: number): Promise<void>;
  /** Events a second since the rate was set; the feed ends. */
  made(): Promise<number>;
  close(): void;
}

export async function startServer(dir: string): Promise<Server> {
  const child = fork(path.join(import.meta.dirname, 'ui-server.ts'), [dir]);
  Hello.parse(await next(child));
  let from = { made: 0, at: 0 };
  const order = async (eventsPerSecond: number): Promise<z.infer<typeof Made>> => {
    const answer = next(child);
    child.send({ eventsPerSecond });
    return Made.parse(await answer);
  };
  return {
    async rate(eventsPerSecond) {
      from = await order(eventsPerSecond);
    },
    async made() {
      const { made, at } = await order(0);
      return ((made - from.made) / (at - from.at)) * 1_000;
    },
    close() {
      // It may have ended by itself, which was told.
      if (child.connected) child.disconnect();
    },
  };
}

async function next(child: ChildProcess): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the server of the benchmark ended: ${code}`)));
  });
}
