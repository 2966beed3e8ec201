/**
 * Answers the verbs of the preload: for the main frame of our own page only, and only what is said as agreed. No other file
 * listens to the page.
 */
import {
  dialog,
  ipcMain,
  shell,
  type BrowserWindow,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
} from 'electron';
import * as z from 'zod/mini';
import {
  MOST_TRAY_NEEDS,
  type CoordinatorState,
  type DeepLink,
  type Installation,
  type Quiet,
  type QuietChoice,
  type SystemNotice,
  type TraySummary,
} from '../../shared/bridge.ts';
import type { UpdateOrder, UpdateView } from '../../shared/update.ts';
import type { CoordinatorChild } from './coordinator-child.ts';
import { UI_ORIGIN } from './ui-protocol.ts';

export interface BridgeDeps {
  readonly window: BrowserWindow;
  readonly coordinator: Pick<CoordinatorChild, 'state' | 'retry' | 'restart'>;
  readonly dataDir: string;
  readonly takeLink: () => DeepLink | null;
  readonly notify: (notice: SystemNotice) => void;
  readonly setTray: (summary: TraySummary) => void;
  readonly installation: { get(): Installation; startAtLogin(on: boolean): Installation };
  readonly update: (order: UpdateOrder) => Promise<UpdateView>;
  readonly quiet: { get(): Quiet; set(choice: QuietChoice): Quiet };
}

/** An address of the page's router. */
const pagePath = z.string().check(z.maxLength(200), z.startsWith('/'));

const Notice = z.strictObject({
  title: z.string().check(z.maxLength(200)),
  body: z.string().check(z.maxLength(1_000)),
  path: pagePath,
}) satisfies z.ZodMiniType<SystemNotice>;

const Summary = z.strictObject({
  state: z.enum(['calm', 'working', 'needs_you', 'stopped', 'trouble']),
  words: z.string().check(z.maxLength(300)),
  needs: z
    .array(z.strictObject({ title: z.string().check(z.maxLength(200)), path: pagePath }))
    .check(z.maxLength(MOST_TRAY_NEEDS)),
  running: z.int().check(z.minimum(0)),
  isPaused: z.boolean(),
  isStopped: z.boolean(),
  isAway: z.boolean(),
}) satisfies z.ZodMiniType<TraySummary>;

const Choice = z.enum(['off', 'hour', 'morning', 'always']) satisfies z.ZodMiniType<QuietChoice>;

const Order = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('look') }),
  z.strictObject({ do: z.literal('check') }),
  z.strictObject({ do: z.literal('back') }),
  z.strictObject({ do: z.literal('install'), when: z.enum(['now', 'idle', 'later']) }),
  z.strictObject({
    do: z.literal('source'),
    channel: z.enum(['stable', 'beta']),
    server: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).check(z.maxLength(500))]),
  }),
]) satisfies z.ZodMiniType<UpdateOrder>;

/** The verbs without an argument. */
const Nothing = z.undefined();

export function answerBridge(deps: BridgeDeps): void {
  const { window, coordinator, takeLink, notify, setTray, quiet } = deps;
  answer('koubou:connection', Nothing, () => coordinator.state());
  answer('koubou:retry', Nothing, () => coordinator.retry());
  answer('koubou:restart', Nothing, () => coordinator.restart());
  answer('koubou:open-data-folder', Nothing, async () => {
    await shell.openPath(deps.dataDir);
  });
  answer('koubou:pick-folder', Nothing, async () => {
    const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory'] });
    return filePaths[0] ?? null;
  });
  answer('koubou:take-link', Nothing, takeLink);
  answer('koubou:get-quiet', Nothing, quiet.get);
  answer('koubou:set-quiet', Choice, quiet.set);
  answer('koubou:get-installation', Nothing, deps.installation.get);
  answer('koubou:set-at-login', z.boolean(), deps.installation.startAtLogin);
  answer('koubou:update', Order, deps.update);
  hear('koubou:notify', Notice, notify);
  hear('koubou:tray', Summary, setTray);
}

/** Has the page open an address of its router, for a notice that was clicked. */
export function sendOpen(window: BrowserWindow, path: string): void {
  send(window, 'koubou:open', path);
}

/** Passes a link on that the app was opened with. */
export function sendLink(window: BrowserWindow, link: DeepLink): void {
  send(window, 'koubou:link', link);
}

/** Tells the page that the machine has slept. */
export function sendWake(window: BrowserWindow): void {
  send(window, 'koubou:wake');
}

/** Tells the page how the app's updates fare. */
export function sendUpdate(window: BrowserWindow, view: UpdateView): void {
  send(window, 'koubou:update', view);
}

/** Tells the page how the coordinator fares. */
export function sendState(window: BrowserWindow, state: CoordinatorState): void {
  send(window, 'koubou:connection', state);
}

function send(window: BrowserWindow, channel: string, ...said: readonly unknown[]): void {
  if (!window.isDestroyed()) window.webContents.send(channel, ...said);
}

function answer<T>(channel: string, schema: z.ZodMiniType<T>, act: (said: T) => unknown): void {
  ipcMain.handle(channel, (event, said: unknown) => {
    if (!isOurPage(event)) throw new Error('this page may not ask');
    return act(schema.parse(said));
  });
}

function hear<T>(channel: string, schema: z.ZodMiniType<T>, act: (said: T) => void): void {
  ipcMain.on(channel, (event, said: unknown) => {
    const read = schema.safeParse(said);
    if (isOurPage(event) && read.success) act(read.data);
  });
}

function isOurPage({
  senderFrame,
}: Pick<IpcMainEvent | IpcMainInvokeEvent, 'senderFrame'>): boolean {
  if (senderFrame === null || senderFrame.parent !== null) return false;
  return senderFrame.url.startsWith(`${UI_ORIGIN}/`);
}
