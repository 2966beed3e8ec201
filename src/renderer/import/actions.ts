/** Importing, for the palette and the keyboard. */
import type { Action, KeyHint } from '../shell/action.ts';
import { selectIsLoaded } from '../store/selectors.ts';

export const importActions: readonly Action[] = [
  {
    id: 'import',
    needs: 'operate',
    group: 'work',
    label: ({ imports }) => imports.action,
    keywords: 'issue link drop paste csv json markdown github gitlab bulk',
    keys: ['i'],
    isPossible: ({ app }) => selectIsLoaded(app.data.getState()),
    run: ({ app }) => app.ui.setState(({ imports }) => ({ imports: imports ?? [] })),
  },
];

export const importKeys: readonly KeyHint[] = [
  { group: 'work', label: ({ imports }) => imports.pasteKey, keys: ['mod + V'] },
];
