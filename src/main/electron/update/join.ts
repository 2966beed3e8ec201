/** Joins updates to the rest of the app: when they begin, what they hear, and who may order what of them. */
import path from 'node:path';
import { app, type BrowserWindow } from 'electron';
import type { CoordinatorState, SystemNotice } from '../../../shared/bridge.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { UpdateOrder, UpdateView } from '../../../shared/update.ts';
import type { NativeText } from '../native-text.ts';
import type { SettingsFile } from '../settings.ts';
import type { MemoryFile } from './memory.ts';
import { watchTrial } from './trial.ts';
import type { UpdateCoordinator, Updates } from './updates.ts';

/** A workshop that is not shown by then may be one that only an update brings back. */
const SHOWN_MS = 30_000;

export interface JoinDeps {
  /** The app's own folder. */
  readonly ownDir: string;
  readonly dataDir: string;
  readonly memory: MemoryFile;
  readonly coordinator: UpdateCoordinator;
  readonly clock: Clock;
  /** Resolves when the page shows the workshop. */
  readonly shown: Promise<void>;
  readonly argsAgain: readonly string[];
  readonly isSure: boolean;
}

/** What exists once there is a window. */
export interface Surface {
  readonly window: BrowserWindow | null;
  readonly settings: SettingsFile;
  readonly text: NativeText;
  /** A notice of the system. */
  readonly notify: (notice: SystemNotice) => void;
  readonly onView: (view: UpdateView) => void;
}

export interface JoinedUpdates {
  /** How the coordinator fares now. */
  heard(state: CoordinatorState): void;
  /** Loads what is needed, and looks for updates once the workshop is shown. */
  show(surface: Surface): void;
  order(order: UpdateOrder): Promise<UpdateView>;
  workChanged(): void;
}

export function joinUpdates(deps: JoinDeps): JoinedUpdates {
  const { memory, clock, coordinator } = deps;
  const opened = Promise.withResolvers<Updates>();
  let updates: Updates | undefined;
  void opened.promise.then((all) => (updates = all));
  const order = async (asked: UpdateOrder): Promise<UpdateView> =>
    await (await opened.promise).order(asked);
  const trial = watchTrial({
    ...{ version: app.getVersion(), memory, clock },
    retry: () => void coordinator.retry(),
    offerBack: () => void order({ do: 'back' }),
  });
  return {
    heard: trial.heard,
    show(surface) {
      void open({ ...surface, onView: noticing(surface) }, deps).then(async (all) => {
        opened.resolve(all);
        surface.onView(all.view());
        await shownOrLate(deps);
        all.begin();
      });
    },
    order,
    workChanged: () => updates?.workChanged(),
  };
}

/** The way back by the command line, without a window or a coordinator. Answers the exit code. */
export async function goBackAlone(
  deps: JoinDeps,
  surface: Pick<Surface, 'settings' | 'text'>,
): Promise<number> {
  const updates = await open({ ...surface, window: null, onView: () => {} }, deps);
  const { back } = updates.view();
  if (!back) process.stderr.write('koubou: there is no version to go back to\n');
  if (!back) return 1;
  const { phase } = await updates.order({ do: 'back' });
  if (phase.at !== 'refused') return 0;
  process.stderr.write(`koubou: ${back.version} was not installed: ${phase.detail}\n`);
  return 1;
}

/** Says once that a version is ready, for those who do not look at the window. */
function noticing({ text, notify, onView }: Surface): (view: UpdateView) => void {
  let said: string | undefined;
  return (view) => {
    onView(view);
    const { phase } = view;
    if (phase.at !== 'ready' || phase.version === said) return;
    said = phase.version;
    notify({
      title: text.updateReady(said),
      body: text.updateReadyDetail,
      path: '/settings/updates',
    });
  };
}

async function open(surface: Omit<Surface, 'notify'>, deps: JoinDeps): Promise<Updates> {
  // Not before the window: it is not needed for that.
  const { openUpdates } = await import('./updates.ts');
  return await openUpdates({ ...deps, ...surface, dir: path.join(deps.ownDir, 'update') });
}

async function shownOrLate({ shown, clock }: JoinDeps): Promise<void> {
  const late = Promise.withResolvers<void>();
  const cancel = clock.after(SHOWN_MS, late.resolve);
  await Promise.race([shown, late.promise]);
  cancel();
}
