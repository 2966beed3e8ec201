/**
 * The window under load: a hundred thousand tasks, a thousand agents and 2,000 events a second, while somebody types, chooses
 * and scrolls on every busy screen. A bare window that scrolls a plain list stands beside it: what that misses, the machine does.
 */
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';
import { pause } from '../faults/time.ts';
import { row, slope, within, type Print } from './measure.ts';
import { traceTasks, type Tasks } from './ui-trace.ts';
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
/** How long the memory is watched, and how often it is looked at. */
const WATCHED_MS = 3 * 60_000;
const SAMPLE_MS = 10_000;

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
    const endTrace = await traceTasks(window, dir);
    await window.page.getByTestId('health').waitFor({ timeout: 60_000 });
    await pause(SETTLE_MS);
    showTasks(print, 'first snapshot', (await take(window)).long, await endTrace());
    await server.rate(EVENTS_PER_SECOND);
    await pause(SETTLE_MS);
    for (const place of PLACES) {
      await visit(print, window, place, dir);
      // Right after it, so that the machine is about as busy.
      if (bare) showBare(print, await bare());
    }
    // By now every list, chart and store has been filled to where it ends.
    showMemory(print, await within(WATCHED_MS * 2, 'the memory', watchMemory(window)));
    print(row('events a second that came', (await server.made()).toFixed(0), '2,000'));
  } finally {
    await window.close();
    server.close();
  }
}

function showTasks(print: Print, what: string, long: readonly number[], cpu: Tasks): void {
  const worst = Math.max(0, ...long).toFixed(0);
  print(row(`${what}: tasks over 50 ms, worst`, `${long.length}, ${worst} ms`, '0'));
  const figure = `${cpu.long}, ${cpu.worst.toFixed(0)} ms`;
  print(row('   the same by processor time', figure, '0'));
}

function showBare(print: Print, seen: Seen): void {
  const figure = percent(droppedShare(seen));
  print(row('   a bare list of the same look, right after', figure, 'the machine'));
}

async function visit(print: Print, window: Window, place: Place, dir: string): Promise<void> {
  const { page } = window;
  await page.evaluate(`location.hash = ${JSON.stringify(place.hash)}`);
  await page.locator(place.scroller).first().waitFor();
  await pause(500);
  await take(window);
  const endTrace = await traceTasks(window, dir);
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
  const cpu = await endTrace();
  const figure = `${inputP95(typed).toFixed(0)} ms`;
  print(row(`${place.name}: input delay p95`, figure, '≤ 100 ms'));
  print(row(`${place.name}: frames dropped`, percent(droppedShare(scrolled)), '≤ 5 %'));
  showTasks(print, place.name, [...typed.long, ...scrolled.long], cpu);
  for (const blame of worstOf([...typed.blame, ...scrolled.blame])) print(`      ${blame}`);
}

function worstOf(blame: readonly string[]): string[] {
  return blame.toSorted((a, b) => parseInt(b, 10) - parseInt(a, 10)).slice(0, 3);
}

interface Sample extends Memory {
  /** Minutes since the first. */
  readonly at: number;
}

/** What lives in the page, again and again on the same screen, while the others are visited and scrolled in between. */
async function watchMemory(window: Window): Promise<Sample[]> {
  const { page } = window;
  const samples: Sample[] = [];
  const began = performance.now();
  for (let n = 0; n * SAMPLE_MS <= WATCHED_MS; n++) {
    for (const place of [PLACES[n % PLACES.length], PLACES[0]]) {
      if (!place) continue;
      await page.evaluate(`location.hash = ${JSON.stringify(place.hash)}`);
      await page.locator(place.scroller).first().waitFor();
      await scroll(window, place.scroller, SAMPLE_MS / 5);
    }
    await pause(Math.max(0, began + n * SAMPLE_MS - performance.now()));
    const at = (performance.now() - began) / 60_000;
    // What the benchmark itself counts in the page is not the page's.
    await take(window);
    samples.push({ at, ...(await memoryOf(window)) });
  }
  return samples;
}

function showMemory(print: Print, samples: readonly Sample[]): void {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return;
  print(row('memory of the page (PSS)', `${last.pss.toFixed(0)} MB`, '≤ 400 MB'));
  const minutes = (last.at - first.at).toFixed(1);
  const heap = `${first.heap.toFixed(1)} → ${last.heap.toFixed(1)} MB`;
  print(row(`living objects, over ${minutes} min`, heap, ''));
  const perMinute = slope(samples.map(({ at, heap: y }) => ({ x: at, y })));
  const figure = `${perMinute >= 0 ? '+' : ''}${perMinute.toFixed(2)} MB/min`;
  print(row(`their slope, ${samples.length} samples`, figure, 'flat'));
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
