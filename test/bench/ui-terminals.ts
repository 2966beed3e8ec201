/**
 * Twenty terminals that stream at once, one of them showing `yes`: how long it takes from a Ctrl-C to the prompt on the screen.
 *
 * The window shows one console at a time, so a page of the benchmark (`consoles/`) takes its place in a copy of the app: twenty
 * of the window's own console views on its own session, all on one thread, in real Electron, with shells of two real agents of a
 * real coordinator. Beside it, in the same window, stand twenty bare terminals on plain WebSockets.
 */
import type { ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { z } from 'zod';
import { pause, until } from '../faults/time.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';
import { percentile, row, within, type Print } from './measure.ts';
import { openWindow, ROOT, take, type Window } from './ui-page.ts';
import { openPeer } from './ui-terminals-peer.ts';
import { PROMPT, STREAM, WATCH } from './ui-terminals-texts.ts';

const TERMINALS = 20;
const AGENTS = 2;
const ROUNDS = 60;
const WARM_UP = 3;
const STEP_MS = 60_000;
const ROUND_MS = 20_000;
const CLOSE_MS = 15_000;

/** @param scratch a folder for the copy of the app and the data folder */
export async function benchTerminals(print: Print, scratch: string): Promise<void> {
  print(`${TERMINALS} terminals in one page, one of them showing \`yes\`: Ctrl-C to prompt`);
  const app = await within(STEP_MS, 'building the page', buildApp(scratch));
  const stream = writeStream(scratch);
  const dir = path.join(scratch, 'terminals');
  const home = path.join(scratch, 'home');
  for (const folder of [dir, home]) mkdirSync(folder);
  const args = ['--agents', String(AGENTS)];
  const workshop = await within(
    STEP_MS,
    'starting a workshop',
    startWorkshop({ dir, args, env: { HOME: home } }),
  );
  try {
    const window = await within(STEP_MS, 'opening the window', openWindow([app, '--data', dir]));
    // Cannot be asked for once the window is gone.
    const electron = window.app.process();
    try {
      await window.page.getByTestId('terminals').waitFor();
      await window.page.evaluate(WATCH);
      const bare = await measureBare(window, stream);
      const ours = await measureOurs(window, workshop, stream);
      show(print, bare, ours);
    } finally {
      await close('closing the window', window.close(), electron);
    }
  } finally {
    await close('closing the workshop', workshop.close(), workshop.child);
  }
}

interface Measured {
  /** Of each round. */
  readonly ms: readonly number[];
  /** Tasks of over 50 ms meanwhile. */
  readonly long: readonly number[];
  /** Of the other terminals, those that showed something new within a second, at the end. */
  readonly moving: number;
}

function show(print: Print, bare: Measured, ours: Measured): void {
  print(row('bare terminals on plain WebSockets, p50 / p95 / p99', spread(bare), 'the peer'));
  print(row(`ours, p50 / p95 / p99 of ${ours.ms.length}`, spread(ours), 'p99 ≤ 150 ms'));
  const ratio = percentile(ours.ms, 0.99) / percentile(bare.ms, 0.99);
  print(row('p99 ours ÷ p99 bare', `${ratio.toFixed(2)}×`, ''));
  print(row('bare: tasks over 50 ms, worst', tasks(bare), 'the peer'));
  print(row('ours: tasks over 50 ms, worst', tasks(ours), '0'));
  const others = TERMINALS - 1;
  const streamed = `${bare.moving} / ${ours.moving}`;
  print(row('the others streamed, bare / ours', streamed, `${others} / ${others}`));
}

function spread({ ms }: Measured): string {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(ms, share).toFixed(0));
  return `${p50} / ${p95} / ${p99} ms`;
}

function tasks({ long }: Measured): string {
  return `${long.length}, ${Math.max(0, ...long).toFixed(0)} ms`;
}

async function measureBare(window: Window, stream: string): Promise<Measured> {
  const peer = await openPeer();
  try {
    return await measure(window, stream, `showBare('${peer.url}', ${TERMINALS})`);
  } finally {
    peer.close();
  }
}

async function measureOurs(window: Window, workshop: Workshop, stream: string): Promise<Measured> {
  const ids = await within(STEP_MS, 'opening shells', openShells(workshop));
  const { url, token } = workshop;
  const order = [url, token, ids].map((part) => JSON.stringify(part)).join(', ');
  return await measure(window, stream, `showOurs(${order})`);
}

async function openShells({ call }: Workshop): Promise<string[]> {
  const agents = async () =>
    (await call('agents.list', {})).agents.flatMap(({ agent }) =>
      agent.connected ? [agent.id] : [],
    );
  await until(async () => (await agents()).length === AGENTS, STEP_MS);
  const all = await agents();
  const ids: string[] = [];
  for (let n = 0; n < TERMINALS; n++) {
    const id = all[n % all.length];
    if (id === undefined) throw new Error('no agent is connected');
    ids.push((await call('consoles.shell', { id })).id);
  }
  return ids;
}

/** @param order what the page is to show */
async function measure(window: Window, stream: string, order: string): Promise<Measured> {
  const { page } = window;
  await page.evaluate(`koubouTerminals.${order}`);
  await page
    .locator('.screen [data-writes=true]')
    .nth(TERMINALS - 1)
    .waitFor();
  for (let n = TERMINALS - 1; n >= 0; n--) {
    await page.locator('.screen .xterm').nth(n).click();
    await page.keyboard.type(n === 0 ? `exec env PS1='${PROMPT} ' sh\n` : `exec ${stream}\n`);
  }
  await seen(page, PROMPT);
  const ms: number[] = [];
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    if (round === WARM_UP) await take(window);
    const answer = await interrupt(page, round);
    if (round >= WARM_UP) ms.push(answer);
  }
  const { long } = await take(window);
  await page.keyboard.type('yes\n');
  await seen(page, 'y');
  const moving = z.number().parse(await page.evaluate('koubouWatch.moving(1_000)'));
  return { ms, long, moving };
}

/** Lets `yes` run for a while, and ends it. Answers the time from the key to the prompt, in ms. */
async function interrupt(page: Page, round: number): Promise<number> {
  await page.keyboard.type('yes\n');
  await seen(page, 'y');
  // Not in step with frames or acknowledgements.
  await pause(200 + ((round * 37) % 150));
  await page.evaluate('koubouWatch.arm()');
  await page.keyboard.press('Control+c');
  const answer = page.evaluate('koubouWatch.answer()');
  return z.number().parse(await within(ROUND_MS, 'the prompt after Ctrl-C', answer));
}

async function seen(page: Page, text: string): Promise<void> {
  const order = `koubouWatch.until(${JSON.stringify(text)})`;
  await within(ROUND_MS, `“${text}” on the screen`, page.evaluate(order));
}

/** A copy of the app, with the page of the benchmark in the place of its own. */
async function buildApp(scratch: string): Promise<string> {
  const app = path.join(scratch, 'terminals-app');
  for (const part of ['package.json', 'resources', 'dist/electron', 'dist/preload.cjs'])
    cpSync(path.join(ROOT, part), path.join(app, part), { recursive: true });
  await build({
    root: path.join(import.meta.dirname, 'consoles'),
    base: './',
    configFile: false,
    plugins: [react()],
    logLevel: 'error',
    build: {
      outDir: path.join(app, 'dist/ui'),
      emptyOutDir: true,
      target: 'chrome130',
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1_500,
    },
  });
  return app;
}

/** A program that prints as a build does, for ever. */
function writeStream(scratch: string): string {
  const code = path.join(scratch, 'stream.cjs');
  const program = path.join(scratch, 'stream');
  writeFileSync(code, STREAM);
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${code}'\n`);
  chmodSync(program, 0o755);
  return program;
}

/** What does not end in order is killed, and told of. */
async function close(what: string, closing: Promise<void>, child: ChildProcess): Promise<void> {
  try {
    await within(CLOSE_MS, what, closing);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}
