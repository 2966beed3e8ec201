/**
 * The updates of this installation: puts the updater together with Electron and with the rest of the app, or says why there
 * are none. Nothing of it delays the window: it begins when that shows the workshop.
 */
import path from 'node:path';
import { app, dialog, net, type BrowserWindow } from 'electron';
import type { Clock } from '../../../shared/clock.ts';
import type {
  UpdateOff,
  UpdateOrder,
  UpdatePhase,
  UpdateView,
  WayBack,
} from '../../../shared/update.ts';
import type { CoordinatorChild } from '../coordinator-child.ts';
import type { NativeText } from '../native-text.ts';
import type { SettingsFile } from '../settings.ts';
import { electronFiles } from './electron-files.ts';
import { readKey } from './feed.ts';
import { findKind, keepsAttempts, pickFile } from './kinds.ts';
import type { MemoryFile } from './memory.ts';
import { openPackages } from './packages.ts';
import { platformOf, USUAL_SERVER } from './places.ts';
import { relaunch } from './relaunch.ts';
import { startUpdater, type Updater, type UpdaterDeps } from './updater.ts';
import { findWayBack } from './way-back.ts';
import { askSince, askWork } from './workshop.ts';

/** What updating needs of it. */
export type UpdateCoordinator = Pick<CoordinatorChild, 'state' | 'retry' | 'restart'>;

export interface UpdatesDeps {
  /** `update` in the app's folder. */
  readonly dir: string;
  readonly dataDir: string;
  readonly memory: MemoryFile;
  readonly settings: SettingsFile;
  readonly coordinator: UpdateCoordinator;
  readonly clock: Clock;
  readonly text: NativeText;
  /** In front of which questions are asked; `null`: there is none. */
  readonly window: BrowserWindow | null;
  /** Whoever goes back is not asked. */
  readonly isSure: boolean;
  /** What the new app is started with. */
  readonly argsAgain: readonly string[];
  readonly onView: (view: UpdateView) => void;
}

export interface Updates {
  /** Looks from now on by itself, too. */
  begin(): void;
  view(): UpdateView;
  order(order: UpdateOrder): Promise<UpdateView>;
  workChanged(): void;
}

export async function openUpdates(deps: UpdatesDeps): Promise<Updates> {
  const { settings, memory, dataDir } = deps;
  const made = await makeUpdater(deps, () => deps.onView(view()));
  const updater = typeof made === 'string' ? null : made.updater;
  const off: UpdatePhase = { at: 'off', why: typeof made === 'string' ? made : 'checkout' };

  function view(): UpdateView {
    const { channel, server } = sourceOf(settings);
    return {
      ...{ version: app.getVersion(), channel, server, isUsual: server === USUAL_SERVER },
      phase: updater?.phase() ?? off,
      back:
        typeof made === 'string'
          ? null
          : findWayBack({ version: app.getVersion(), memory, dataDir, ...made }),
    };
  }

  return {
    begin: () => updater?.begin(),
    view,
    async order(order) {
      if (order.do === 'source') saveSource(order, settings);
      await updater?.order(order);
      return view();
    },
    workChanged: () => updater?.workChanged(),
  };
}

async function makeUpdater(deps: UpdatesDeps, onPhase: () => void) {
  const { dir, memory, settings, coordinator, clock } = deps;
  const key = readKey(__KOUBOU_UPDATE_KEY__);
  const { platform, arch, execPath: program, env } = process;
  if (!app.isPackaged) return 'checkout' satisfies UpdateOff;
  if (!key) return 'no_key' satisfies UpdateOff;
  const kind = await findKind({ platform, env, program });
  if (!kind) return 'archive' satisfies UpdateOff;
  const feedPlatform = platformOf(platform, arch);
  const pick = (feed: Parameters<typeof pickFile>[0]) => pickFile(feed, kind, arch);
  const packages = openPackages(path.join(dir, 'packages'), { key, platform: feedPlatform, pick });
  const source = () => sourceOf(settings);
  const files = electronFiles({
    ...{ kind, dir, appImage: env['APPIMAGE'] },
    isRoot: process.getuid?.() === 0,
    server: () => source().server,
  });
  const updater: Updater = startUpdater({
    ...{ version: app.getVersion(), key, platform: feedPlatform, pick, source, memory, clock },
    ...{ packages, keepsAttempts: keepsAttempts(kind), ...files },
    fetch: async (url, init) => await net.fetch(url, { ...init }),
    work: async () => await askWork(coordinator.state()),
    coordinator: downAndUp(coordinator),
    wayBack: () => findWayBack({ ...deps, version: app.getVersion(), packages }),
    confirmBack: async (way) => deps.isSure || (await confirmBack(way, deps)),
    // The installers of these start it.
    restart: () => (kind === 'nsis' || kind === 'mac' ? undefined : relaunch(deps.argsAgain)),
    onPhase,
  });
  return { updater, packages };
}

function downAndUp({ state, restart }: UpdateCoordinator): UpdaterDeps['coordinator'] {
  let comeBack = (): void => {};
  return {
    isServing: () => state().status === 'ready',
    async standDown(keepsAgents) {
      const back = Promise.withResolvers<void>();
      comeBack = back.resolve;
      await restart({ keepsAgents, until: back.promise });
    },
    comeBack: () => comeBack(),
  };
}

function sourceOf(settings: SettingsFile) {
  const { updateChannel: channel = 'stable', updateServer: server = USUAL_SERVER } = settings.get();
  return { channel, server };
}

function saveSource(
  { channel, server }: Extract<UpdateOrder, { do: 'source' }>,
  settings: SettingsFile,
): void {
  settings.set({ updateChannel: channel, updateServer: server === '' ? undefined : server });
}

/** Says what is left out before anything is done. */
async function confirmBack(
  { version, backup }: WayBack,
  { coordinator, memory, text, window }: UpdatesDeps,
): Promise<boolean> {
  const since = backup === null ? null : await askSince(coordinator.state(), backup);
  const detail = backup === null ? text.backDetail : text.backDataDetail(backup, since);
  const isDown = (memory.get().trial?.failed ?? 0) > 0;
  const question = {
    type: 'warning' as const,
    message: text.backTitle(version),
    detail: isDown ? `${text.notUp(app.getVersion())} ${detail}` : detail,
    buttons: [text.goBack, text.cancel],
    cancelId: 1,
  };
  const { response } = window
    ? await dialog.showMessageBox(window, question)
    : await dialog.showMessageBox(question);
  return response === 0;
}
