/**
 * The desktop app for a test: the built program in a real window, on a data folder of its own and a free port. Closing it
 * checks that no process of its workshop is left.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, expect, type ElectronApplication, type Page } from '@playwright/test';
import { SERVE_FILE, ServeInfo, TOKEN_FILE } from '../../src/shared/data-dir.ts';
import { caller, type Workshop } from '../support/workshop.ts';
import { ownDisplay } from './displays.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const WINDOW_MS = 15_000;

export interface DesktopApp {
  readonly electron: ElectronApplication;
  readonly page: Page;
  readonly dataDir: string;
  /** What the page wrote to its console as errors. */
  readonly errors: string[];
  /** Quits as a user would, and waits until all processes of the workshop are gone. */
  quit(): Promise<void>;
}

export function newDataDir(): string {
  return mkdtempSync(path.join(tmpdir(), 'koubou-window-'));
}

export async function openApp(dataDir: string, ...args: string[]): Promise<DesktopApp> {
  const { electron, page } = await launch(dataDir, args);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return {
    electron,
    page,
    dataDir,
    errors,
    async quit() {
      await electron.close();
      await expect.poll(() => processesOf(dataDir), { timeout: 20_000 }).toEqual([]);
    },
  };
}

/** The old Electron that tests run on starts without a window about once in a hundred times: that is tried again once. */
async function launch(
  dataDir: string,
  args: readonly string[],
  tries = 2,
): Promise<Pick<DesktopApp, 'electron' | 'page'>> {
  const electron = await _electron.launch({
    args: [...sandboxArgs(), ROOT, '--data', dataDir, '--port', '0', ...args],
    env: {
      ...environment(),
      ...ownDisplay(process.env),
      ...homeOf(dataDir),
      LANG: 'en_US.UTF-8',
    },
  });
  try {
    return { electron, page: await electron.firstWindow({ timeout: WINDOW_MS }) };
  } catch (error) {
    electron.process().kill('SIGKILL');
    if (tries === 1) throw error;
    return await launch(dataDir, args, tries - 1);
  }
}

export function removeDataDir(dataDir: string): void {
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Who serves the data folder, as its coordinator says. */
export function serveInfo(dataDir: string): ServeInfo {
  return ServeInfo.parse(JSON.parse(readFileSync(path.join(dataDir, SERVE_FILE), 'utf8')));
}

/** The API of the coordinator of a data folder. */
export function apiOf(dataDir: string): Workshop['call'] {
  return caller(serveInfo(dataDir).url, tokenOf(dataDir));
}

/** Where the coordinator of a data folder is, and its token. */
export function addressOf(dataDir: string): Pick<Workshop, 'url' | 'token'> {
  return { url: serveInfo(dataDir).url, token: tokenOf(dataDir) };
}

/** The address for a browser, as `koubou serve` prints it. */
export function browserAddress(dataDir: string): string {
  return `${serveInfo(dataDir).url}/#token=${tokenOf(dataDir)}`;
}

function tokenOf(dataDir: string): string {
  return readFileSync(path.join(dataDir, TOKEN_FILE), 'utf8').trim();
}

/** The command lines of all processes that work in the data folder (Linux; elsewhere none are seen). */
export function processesOf(dataDir: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .filter((line) => line.includes(dataDir));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    // It ended since it was listed.
    return '';
  }
}

/** Chromium refuses its sandbox to root. */
function sandboxArgs(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

/** A home of its own: what the shells of whoever runs the tests do at their start may take any time. */
function homeOf(dataDir: string): Record<string, string> {
  const home = path.join(dataDir, 'home');
  mkdirSync(home, { recursive: true });
  // Fonts are looked through once for all windows.
  return { HOME: home, XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? `${homedir()}/.cache` };
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || name === 'ELECTRON_RUN_AS_NODE' ? [] : [[name, value]],
    ),
  );
}
