/**
 * A window for the benchmark: real Electron on a display of its own, and what it says of itself: tasks that held up its thread,
 * frames, how long input took, memory. What runs in the page is text, because this folder is typed for Node.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { _electron, type CDPSession, type ElectronApplication, type Page } from '@playwright/test';
import { z } from 'zod';
import { percentile, pssMb } from './measure.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Window {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly cdp: CDPSession;
  /** Process id of the page. */
  readonly pid: number;
  close(): Promise<void>;
}

/** @param args what is started: a program's folder or file, and its arguments */
export async function openWindow(args: readonly string[]): Promise<Window> {
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await _electron.launch({ args: [...root, ...args], env: environment() });
  const page = await app.firstWindow();
  const cdp = await page.context().newCDPSession(page);
  const pid = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
  );
  await page.evaluate(OBSERVE);
  return { app, page, cdp, pid: pid ?? 0, close: () => app.close() };
}

/** A screen nobody sees, for the windows of this process from now on; the answer takes it away. */
export async function openDisplay(): Promise<() => void> {
  if (process.platform !== 'linux') return () => {};
  const before = process.env['DISPLAY'];
  const args = ['-displayfd', '1', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'];
  const child = spawn('Xvfb', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = createInterface(child.stdout);
  const display = await new Promise<string>((resolve) => lines.once('line', resolve));
  process.env['DISPLAY'] = `:${display}`;
  return () => {
    if (before === undefined) delete process.env['DISPLAY'];
    else process.env['DISPLAY'] = before;
    child.kill();
  };
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...process.env, LANG: 'en_US.UTF-8' }).flatMap(([name, value]) =>
      value === undefined || name === 'ELECTRON_RUN_AS_NODE' ? [] : [[name, value]],
    ),
  );
}

const Seen = z.strictObject({
  /** Tasks of over 50 ms, in ms. */
  long: z.array(z.number()),
  /** Which code they ran: where it came from, and for how long. */
  blame: z.array(z.string()),
  /** Each input, from its time stamp to the frame that shows what came of it, in ms. */
  inputs: z.array(z.number()),
  /** Between two frames, in ms, while frames were counted. */
  frames: z.array(z.number()),
});
export type Seen = z.infer<typeof Seen>;

const OBSERVE = `(() => {
  const seen = { long: [], blame: [], inputs: [], frames: [] };
  const watch = (type, take, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, ...more });
  watch('longtask', (entry) => seen.long.push(entry.duration));
  watch('long-animation-frame', (entry) => {
    for (const { duration, invoker, sourceFunctionName } of entry.scripts)
      if (duration > 20) seen.blame.push(Math.round(duration) + ' ms ' + invoker + ' ' + sourceFunctionName);
  });
  watch('event', (entry) => {
    if (['keydown', 'pointerdown', 'click', 'pointerup'].includes(entry.name)) seen.inputs.push(entry.duration);
  }, { durationThreshold: 16 });
  let isCounting = false;
  let last = 0;
  const frame = (now) => {
    if (isCounting && last > 0) seen.frames.push(now - last);
    last = isCounting ? now : 0;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  globalThis.koubouBench = {
    count: (on) => { isCounting = on; last = 0; },
    take: () => {
      const copy = { ...seen };
      for (const name of Object.keys(seen)) seen[name] = [];
      return copy;
    },
  };
})()`;

/** What was seen since it was last asked. */
export async function take({ page }: Window): Promise<Seen> {
  return Seen.parse(await page.evaluate('koubouBench.take()'));
}

/** Turns the wheel over the middle of an element, down and up, for so long; the frames are counted meanwhile. */
export async function scroll({ page }: Window, selector: string, ms: number): Promise<void> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`there is no ${selector} to scroll`);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate('koubouBench.count(true)');
  const end = performance.now() + ms;
  for (let n = 0; performance.now() < end; n++) {
    await page.mouse.wheel(0, n % 80 < 50 ? 90 : -90);
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
  }
  await page.evaluate('koubouBench.count(false)');
}

const FRAME_MS = 1_000 / 60;

/** The share of the screen's frames that showed nothing new because the page was not ready. */
export function droppedShare({ frames }: Seen): number {
  const spent = frames.reduce((sum, ms) => sum + ms, 0);
  return spent === 0 ? 0 : Math.max(0, 1 - (frames.length * FRAME_MS) / spent);
}

/** In ms; 0 when nothing was slow enough to be told of by the browser (16 ms). */
export function inputP95({ inputs }: Seen): number {
  return inputs.length === 0 ? 0 : percentile(inputs, 0.95);
}

export interface Memory {
  /** MB of the page's process that are its own. */
  readonly pss: number;
  /** MB of living JavaScript objects. */
  readonly heap: number;
}

const HeapUsage = z.looseObject({ usedSize: z.number() });

export async function memoryOf({ cdp, pid }: Window): Promise<Memory> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = HeapUsage.parse(await cdp.send('Runtime.getHeapUsage'));
  return { pss: pssMb(pid), heap: usedSize / 1024 / 1024 };
}
