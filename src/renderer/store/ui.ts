/** What the window itself is up to: connection, language, dialogs. Nothing of the workshop's state. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CoordinatorState } from '../../shared/bridge.ts';
import type { NewTaskDraft } from '../start/new-task.ts';
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
  readonly areBackupsOpen: boolean;
  readonly isAddingHosts: boolean;
  readonly isInviting: boolean;
  /** Provisionings that were looked at and put out of sight, as `runKey` names them. */
  readonly putAway: ReadonlySet<string>;
  /** A folder that was dropped on the window, for the form of a new task. */
  readonly droppedRepo: string | null;
  /** What was typed for a task that was refused, so that it is there when the form is opened again. */
  readonly refusedDraft: NewTaskDraft | null;
}

export type UiStore = StoreApi<UiState>;

const LANGUAGE_KEY = 'koubou.language';
const FOLDED_KEY = 'koubou.sidebar-folded';

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
    areBackupsOpen: false,
    isAddingHosts: false,
    isInviting: false,
    putAway: new Set(),
    droppedRepo: null,
    refusedDraft: null,
  }));
  store.subscribe(({ language, isSidebarFolded }, before) => {
    if (language !== before.language) storage.setItem(LANGUAGE_KEY, language);
    if (isSidebarFolded !== before.isSidebarFolded) {
      storage.setItem(FOLDED_KEY, String(isSidebarFolded));
    }
  });
  return store;
}
