/** What the window itself is up to: connection, language, dialogs. Nothing of the workshop's state. */
import { z } from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CoordinatorState } from '../../shared/bridge.ts';
import type { Me } from '../../shared/contract-access.ts';
import type { View } from '../../shared/contract-search.ts';
import type { AgentId, TaskId } from '../../shared/ids.ts';
import type { Drop } from '../import/drop.ts';
import type { NewTaskDraft } from '../start/new-task.ts';
import type { TaskAction } from '../task/actions.ts';
import { layoutOf, type TableLayout } from '../tasks/columns.ts';
import { EMPTY_LIST, type TaskList } from '../tasks/list.ts';
import { isLanguage, languageOf, type Language } from '../i18n/languages.ts';

/** The live connection: `refused` needs another token, `foreign` another version. */
export type LinkState = 'connecting' | 'open' | 'lost' | 'refused' | 'foreign';

export interface UiState {
  readonly coordinator: CoordinatorState;
  readonly link: LinkState;
  readonly language: Language;
  /** Chosen by the user; a narrow window folds it anyway. */
  readonly isSidebarFolded: boolean;
  readonly isNewTaskOpen: boolean;
  readonly isHelpOpen: boolean;
  readonly isPaletteOpen: boolean;
  /** What was last chosen or visited, newest first, as the palette names it: `task:task-12`. */
  readonly recent: readonly string[];
  /** True once a newcomer has found the palette or the list of keys. */
  readonly hasSeenHint: boolean;
  /** The first steps were put away; they are in the menu. */
  readonly isGuideAway: boolean;
  /** What the settings call the workshop; `null`: it has no name of its own. */
  readonly workshopName: string | null;
  /** Who sits here, and what they may; `null`: not known yet. */
  readonly me: Me | null;
  /** A task that is asked about from outside its screen, and what for. */
  readonly askedTask: { readonly id: TaskId; readonly action: TaskAction } | null;
  /** A shell on an agent that is asked for from outside its screen. */
  readonly askedShell: AgentId | null;
  /** What is pointed at and selected in the list of tasks. */
  readonly taskList: TaskList;
  readonly taskTable: TableLayout;
  /** The saved views of the tasks; `null` until they were asked for. */
  readonly views: readonly View[] | null;
  readonly areBackupsOpen: boolean;
  /** The emergency stop is asked about. */
  readonly isStopAsked: boolean;
  readonly isAddingHosts: boolean;
  readonly isInviting: boolean;
  /** Provisionings that were looked at and put out of sight, as `runKey` names them. */
  readonly putAway: ReadonlySet<string>;
  /** A folder that was dropped on the window, for the form of a new task. */
  readonly droppedRepo: string | null;
  /** What was dropped or pasted for the import sheet; `null`: it is closed. */
  readonly imports: readonly Drop[] | null;
  /** The issues of GitHub are picked from in the import sheet, of this repository (empty: none is chosen yet); `null`: they are not. */
  readonly picking: { readonly repo: string } | null;
  /** What was typed for a task that was refused, so that it is there when the form is opened again. */
  readonly refusedDraft: NewTaskDraft | null;
}

export type UiStore = StoreApi<UiState>;

const LANGUAGE_KEY = 'koubou.language';
const FOLDED_KEY = 'koubou.sidebar-folded';
const RECENT_KEY = 'koubou.recent';
const TABLE_KEY = 'koubou.task-columns';
const HINT_KEY = 'koubou.hint-seen';
const GUIDE_KEY = 'koubou.guide-away';
/** Entries kept; the palette shows fewer. */
const MOST_RECENT = 8;

export interface UiDeps {
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** The languages of the system, the preferred one first. */
  readonly languages: readonly string[];
}

export function createUiStore({ storage, languages }: UiDeps): UiStore {
  const kept = storage.getItem(LANGUAGE_KEY);
  const store = createStore<UiState>()(() => ({
    coordinator: { status: 'starting' },
    link: 'connecting',
    language: isLanguage(kept) ? kept : languageOf(languages),
    isSidebarFolded: storage.getItem(FOLDED_KEY) === 'true',
    isNewTaskOpen: false,
    isHelpOpen: false,
    isPaletteOpen: false,
    recent: recentOf(storage.getItem(RECENT_KEY)),
    hasSeenHint: storage.getItem(HINT_KEY) === 'true',
    isGuideAway: storage.getItem(GUIDE_KEY) === 'true',
    workshopName: null,
    me: null,
    askedTask: null,
    askedShell: null,
    taskList: EMPTY_LIST,
    taskTable: layoutOf(storage.getItem(TABLE_KEY)),
    views: null,
    areBackupsOpen: false,
    isStopAsked: false,
    isAddingHosts: false,
    isInviting: false,
    putAway: new Set(),
    droppedRepo: null,
    imports: null,
    picking: null,
    refusedDraft: null,
  }));
  store.subscribe(
    ({ language, isSidebarFolded, recent, hasSeenHint, isGuideAway, taskTable }, before) => {
      if (language !== before.language) storage.setItem(LANGUAGE_KEY, language);
      if (isSidebarFolded !== before.isSidebarFolded) {
        storage.setItem(FOLDED_KEY, String(isSidebarFolded));
      }
      if (recent !== before.recent) storage.setItem(RECENT_KEY, JSON.stringify(recent));
      if (taskTable !== before.taskTable) storage.setItem(TABLE_KEY, JSON.stringify(taskTable));
      if (hasSeenHint !== before.hasSeenHint) storage.setItem(HINT_KEY, String(hasSeenHint));
      if (isGuideAway !== before.isGuideAway) storage.setItem(GUIDE_KEY, String(isGuideAway));
    },
  );
  return store;
}

/** `recent` with this entry at its front. */
export function withRecent(recent: readonly string[], entry: string): readonly string[] {
  if (recent[0] === entry) return recent;
  return [entry, ...recent.filter((other) => other !== entry)].slice(0, MOST_RECENT);
}

/** What another version or a user's hand wrote is forgotten. */
function recentOf(kept: string | null): readonly string[] {
  if (kept === null) return [];
  try {
    return z.array(z.string()).parse(JSON.parse(kept)).slice(0, MOST_RECENT);
  } catch {
    // Nothing depends on it.
    return [];
  }
}
