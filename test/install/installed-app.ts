/**
 * The installed app as its user starts it, by its name, in a home folder of its own. Its fuses let no debugger in, so the test
 * speaks to its page only, as a browser's tools do.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, expect, type Browser, type Page } from '@playwright/test';
import { isApp, processesOf, type Machine } from './machine.ts';

const START_MS = 60_000;
const END_MS = 30_000;

export interface Home {
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly machine: Machine;
  /** Folders whose programs are found before the system's. */
  readonly bin: string;
}

/** A home folder with nothing in it, for whoever starts the app. */
export function newHome(machine: Machine): Home {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-installed-'));
  const bin = path.join(dir, 'bin');
  mkdirSync(bin);
  const env: NodeJS.ProcessEnv = {
    ...{ HOME: dir, PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`, LANG: 'en_US.UTF-8' },
    ...{ DISPLAY: process.env['DISPLAY'], XDG_CURRENT_DESKTOP: 'X-Generic' },
  };
  const home = { dir, env, machine, bin };
  if (process.env['XAUTHORITY'] !== undefined) {
    env['XAUTHORITY'] = path.join(dir, '.Xauthority');
    copyFileSync(process.env['XAUTHORITY'], env['XAUTHORITY']);
    give(home, env['XAUTHORITY']);
  }
  for (const folder of [dir, bin]) give(home, folder);
  return home;
}

/** Makes a file or folder the user's. */
export function give({ machine }: Home, file: string): void {
  if (machine.user) chownSync(file, machine.user.uid, machine.user.gid);
}

/** Starts a program as the user of the home folder. */
export function runIn(
  { dir, env, machine }: Home,
  program: string,
  ...args: string[]
): ChildProcess {
  return spawn(program, args, {
    ...{ cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] },
    ...machine.user,
  });
}

/** What a program prints, when it has ended well. */
export async function outputIn(home: Home, program: string, ...args: string[]): Promise<string> {
  const child = runIn(home, program, ...args);
  const said = heard(child);
  const code = await new Promise((resolve) => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}: ${said()}`);
  return said();
}

export interface InstalledApp {
  /**
   * Its page, when it is there. @param start of an app that others take the place of, the later ones started by the ones before:
   * which of them, counted from 0
   */
  page(start?: number): Promise<Page>;
  /** Quits as the system's session does, and waits until every process is gone. */
  quit(): Promise<void>;
}

export function startInstalled(home: Home, ...args: string[]): InstalledApp {
  const said = heard(runIn(home, 'koubou-desktop', '--remote-debugging-port=0', ...args));
  const browsers: Browser[] = [];
  /** Of each start, in order: they write to the same place. */
  const addresses = (): string[] =>
    [...said().matchAll(/^DevTools listening on (ws:\S+)$/gm)].map(([, address = '']) => address);
  return {
    async page(start = 0) {
      const isThere = expect.poll(() => addresses().length, { timeout: START_MS });
      await isThere.toBeGreaterThan(start);
      const browser = await chromium.connectOverCDP(addresses()[start] ?? '');
      browsers.push(browser);
      return await pageOf(browser);
    },
    async quit() {
      for (const { pid, command } of processesOf(home.dir)) {
        if (isApp(command)) kill(pid, 'SIGTERM');
      }
      await expect.poll(() => processesOf(home.dir), { timeout: END_MS }).toEqual([]);
      await Promise.all(browsers.map(async (browser) => await browser.close()));
    },
  };
}

/** Whatever happened: no process is left, and no file. */
export async function endHome({ dir }: Home): Promise<void> {
  // What one of them started meanwhile comes next.
  await expect
    .poll(
      () => {
        const left = processesOf(dir);
        for (const { pid } of left) kill(pid, 'SIGKILL');
        return left;
      },
      { timeout: END_MS },
    )
    .toEqual([]);
  rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}

async function pageOf(browser: Browser): Promise<Page> {
  const [context] = browser.contexts();
  if (!context) throw new Error('the app has no page');
  return context.pages()[0] ?? (await context.waitForEvent('page', { timeout: START_MS }));
}

function heard(child: ChildProcess): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  return () => said;
}
