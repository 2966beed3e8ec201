/** Every action of the window, and every kind of thing that the palette finds. A screen adds its own list here. */
import { spokenLanguages } from '../i18n/languages.ts';
import { agentActions, agentSource } from '../agents/actions.ts';
import { emergencyActions } from '../emergency/actions.ts';
import { githubActions } from '../github/actions.ts';
import { importActions, importKeys } from '../import/actions.ts';
import { selectIsLoaded, selectIsPaused } from '../store/selectors.ts';
import { settingsActions } from '../settings/actions.ts';
import { taskActions, taskKeys, taskSource } from '../tasks/actions.ts';
import type { Action, KeyHint, ObjectSource, Place, Scheme } from './action.ts';
import { NAV } from './nav.ts';

const isLoaded = ({ app }: Place): boolean => selectIsLoaded(app.data.getState());
const isPaused = ({ app }: Place): boolean => selectIsPaused(app.data.getState());

const GO: readonly Action[] = NAV.map(({ path, label, keys }) => ({
  id: `go ${path}`,
  group: 'go',
  label: (text) => text.shell.goTo(label(text)),
  keys: [keys],
  run: ({ go }) => go(path),
}));

const WORK: readonly Action[] = [
  {
    id: 'pause',
    needs: 'admin',
    group: 'work',
    label: ({ header }) => header.pause,
    keywords: 'stop halt',
    isPossible: (place) => isLoaded(place) && !isPaused(place),
    run: ({ call }) => void call('queue.pause', {}),
  },
  {
    id: 'resume',
    needs: 'admin',
    group: 'work',
    label: ({ header }) => header.resume,
    keywords: 'start continue',
    isPossible: (place) => isLoaded(place) && isPaused(place),
    run: ({ call }) => void call('queue.resume', {}),
  },
  {
    id: 'backups',
    needs: 'admin',
    group: 'work',
    label: ({ troubles }) => troubles.backups.menu,
    keywords: 'restore snapshot',
    run: ({ app }) => app.ui.setState({ areBackupsOpen: true }),
  },
];

const SCHEMES: readonly Scheme[] = ['auto', 'light', 'dark'];

const LOOK: readonly Action[] = [
  ...SCHEMES.map((scheme): Action => ({
    id: `scheme ${scheme}`,
    group: 'look',
    label: ({ shell }) => shell.schemes[scheme],
    keywords: 'theme appearance colour color mode',
    isPossible: (place) => place.scheme !== scheme,
    run: ({ setScheme }) => setScheme(scheme),
  })),
  ...spokenLanguages().map(({ language, text }): Action => ({
    id: `language ${language}`,
    group: 'look',
    // In the language itself, for those who read no other.
    label: () => text.shell.speak,
    keywords: 'language 言語',
    isPossible: ({ app }) => app.ui.getState().language !== language,
    run: ({ app }) => app.ui.setState({ language }),
  })),
  {
    id: 'fold',
    group: 'look',
    label: ({ shell }) => shell.foldOrUnfold,
    keys: ['mod + B'],
    run: ({ app }) =>
      app.ui.setState(({ isSidebarFolded }) => ({ isSidebarFolded: !isSidebarFolded })),
  },
];

const HELP: readonly Action[] = [
  {
    id: 'palette',
    group: 'help',
    label: ({ shell }) => shell.palette,
    keys: ['mod + K'],
    run: ({ app }) =>
      app.ui.setState(({ isPaletteOpen }) => ({
        isPaletteOpen: !isPaletteOpen,
        hasSeenHint: true,
      })),
  },
  {
    id: 'help',
    group: 'help',
    label: ({ header }) => header.help,
    keywords: 'keys shortcuts',
    // With Shift or without, as the keyboard has it.
    keys: ['?', 'shift + ?'],
    run: ({ app }) => app.ui.setState({ isHelpOpen: true, hasSeenHint: true }),
  },
];

export const ACTIONS: readonly Action[] = [
  ...taskActions,
  ...importActions,
  ...githubActions,
  ...emergencyActions,
  ...GO,
  ...agentActions,
  ...settingsActions,
  ...WORK,
  ...LOOK,
  ...HELP,
];

export const SOURCES: readonly ObjectSource[] = [taskSource, agentSource];

export const KEY_HINTS: readonly KeyHint[] = [...taskKeys, ...importKeys];
