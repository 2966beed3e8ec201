/**
 * `koubou serve`: the coordinator as a process. Reads what it is told, starts it, says where it is, and ends it in order
 * on SIGTERM or SIGINT, with its agents; on SIGUSR2, or the message `leave` of its parent, without them (an update, a
 * restart). What a person is to read goes to standard output, the log to standard error.
 */
import { availableParallelism, homedir } from 'node:os';
import path from 'node:path';
import type { Logger } from 'pino';
import { isExecutable } from '../../native/executable.ts';
import { executablesFolder, resourcesFolder, thisProgram, uiFolder } from '../../native/program.ts';
import { defaultDataDir, TOKEN_FILE } from '../../shared/data-dir.ts';
import { linkWords } from '../../native/link-words.ts';
import { startCoordinator, type Coordinator } from './coordinator.ts';
import { envWithNode } from './demo-node.ts';
import { runDemo } from './demo.ts';
import { untilFirstScreen } from './first-screen.ts';
import { openLog } from './observe/log.ts';
import type { LanPlace } from './outside.ts';
import { parentKeychain } from './parent-keychain.ts';
import { systemClock } from './system-clock.ts';

export interface ServeOptions {
  /** The data folder; `undefined`: the default one, with `demo` inside it for the demo. */
  readonly data: string | undefined;
  /** 0 takes a free port. */
  readonly port: number;
  /** Where agents of other PCs come in; `undefined`: as `config.yaml` says. */
  readonly lan: LanPlace | undefined;
  /** With `lan`: the link for other devices is printed with its token, whatever the output is. */
  readonly qr: boolean;
  /** Where the queue is: `embedded`, or a Redis that several share; `undefined`: as the settings say. */
  readonly queue: string | undefined;
  /** What this coordinator is called among those that share it. */
  readonly site: string | undefined;
  /** Agents on this PC; `undefined`: as the settings say, and two for the demo. */
  readonly agents: number | undefined;
  readonly demo: boolean;
  /** With `demo`: approve by itself, and end. */
  readonly exit: boolean;
}

/** The reason of a stop that leaves this PC's agents at work. */
const LEAVE = 'leave';

/** An orderly end takes no longer; what hangs then is not waited for. */
const CLOSE_MS = 12_000;

/** Resolves with the exit code when the coordinator has ended. */
export async function serve(options: ServeOptions): Promise<number> {
  const dataDir = dataDirOf(options);
  const log = openLog(options.demo ? 'warn' : 'info');
  const stop = stopSignal(log);
  const started = await startCoordinator({
    dataDir,
    port: options.port,
    version: __KOUBOU_VERSION__,
    uiDir: uiFolder(),
    executablesDir: process.env['KOUBOU_EXECUTABLES'] ?? executablesFolder(),
    program: thisProgram(),
    env: options.demo ? envWithNode(process.env, dataDir) : process.env,
    home: homedir(),
    localAgents: {
      count: options.agents ?? (options.demo ? 2 : null),
      slots: Math.max(1, Math.min(4, Math.floor(availableParallelism() / 2))),
      hold: untilFirstScreen(process, systemClock),
    },
    keychain: parentKeychain(process, systemClock),
    queue: { address: options.queue ?? null, site: options.site ?? null },
    lan: options.lan ?? null,
    clock: systemClock,
    log,
  });
  if (!started.ok) {
    process.stderr.write(`koubou: ${started.error}\n`);
    // Nobody can tell us anything any more; an open channel would keep us.
    process.disconnect?.();
    return 1;
  }
  const coordinator = started.value;
  print(`Koubou is at ${addressFor(coordinator, dataDir)}`);
  if (options.lan) print(await linkFor(coordinator, options));
  process.send?.({ type: 'ready', url: coordinator.url, token: coordinator.token });
  const code = options.demo
    ? await showDemo(coordinator, options, { dataDir, stop })
    : await stopped(stop);
  await closeInTime(coordinator, log, stop.reason === LEAVE);
  return code;
}

function dataDirOf({ data, demo }: ServeOptions): string {
  if (data !== undefined) return path.resolve(data);
  const dir = defaultDataDir(process.env, process.platform, homedir());
  return demo ? path.join(dir, 'demo') : dir;
}

async function showDemo(
  coordinator: Coordinator,
  { exit }: ServeOptions,
  { dataDir, stop }: { dataDir: string; stop: AbortSignal },
): Promise<number> {
  const result = await runDemo({
    coordinator,
    dataDir,
    resourcesDir: resourcesFolder(),
    command: isExecutable() ? 'koubou' : 'npm run koubou --',
    approve: exit,
    clock: systemClock,
    print,
    stop,
  });
  if (!result.ok && !stop.aborted) print(`The demo did not come to its end: ${result.error}`);
  if (result.ok) print('completed');
  if (exit) return result.ok ? 0 : 1;
  return await stopped(stop);
}

/** With the token only on a terminal: anything else, a file or the log of a service, keeps what it is told. */
function addressFor({ url, token }: Coordinator, dataDir: string): string {
  if (process.stdout.isTTY) return `${url}/#token=${token}`;
  return `${url} (in a browser: ${url}/#token= followed by what stands in ${path.join(dataDir, TOKEN_FILE)})`;
}

/** The role and time of the link that is printed at the start; others are made with `koubou token create`. */
const PRINTED = { role: 'operator', days: 30 } as const;

/** How other devices get here; with a token only where nothing keeps what is printed, or where that was asked for. */
async function linkFor({ links, door }: Coordinator, { qr }: ServeOptions): Promise<string> {
  const { isTTY } = process.stdout;
  if (!isTTY && !qr) {
    const where = door.address()?.origin;
    if (where === undefined) return 'The door to the LAN is not open yet; the log says why.';
    return `Other devices of this LAN: ${where} (a link that signs in: koubou token create --role operator --link)`;
  }
  const made = await links.create(PRINTED, true, 'serve');
  if (!made.ok) return `There is no link for other devices: ${made.error.message}`;
  const { link, access } = made.value;
  if (!link) return '';
  const words = linkWords(link, { qr: true, colours: isTTY });
  return `\nOn another device of this LAN, as an ${access.role}, for ${PRINTED.days} days:\n\n${words}\n`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Aborted by the first SIGTERM or SIGINT; a second one ends at once. Bugs end the process with the reason logged. */
function stopSignal(log: Logger): AbortSignal {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(1);
    log.info({ signal }, 'closing');
    controller.abort();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGUSR2', () => controller.abort(LEAVE));
  process.on('message', (message: unknown) => {
    if (isLeave(message)) controller.abort(LEAVE);
  });
  process.on('SIGINT', onSignal);
  const onBug = (error: unknown): void => {
    log.fatal({ err: error }, 'the coordinator ends because of an error of its own');
    process.exit(1);
  };
  process.on('uncaughtException', onBug);
  process.on('unhandledRejection', onBug);
  // Whoever reads our words may go; the workshop goes on.
  process.stdout.on('error', () => {});
  return controller.signal;
}

function isLeave(message: unknown): boolean {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === LEAVE
  );
}

/** A stop by hand is a good end. */
async function stopped(stop: AbortSignal): Promise<number> {
  if (stop.aborted) return 0;
  return await new Promise((resolve) => {
    stop.addEventListener('abort', () => resolve(0), { once: true });
  });
}

async function closeInTime(coordinator: Coordinator, log: Logger, leave: boolean): Promise<void> {
  systemClock.after(CLOSE_MS, () => {
    log.error('the coordinator did not close in time');
    process.exit(1);
  });
  await (leave ? coordinator.leave() : coordinator.close());
  process.disconnect?.();
}
