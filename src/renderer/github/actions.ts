/** What the palette knows of GitHub. */
import type { Action } from '../shell/action.ts';
import { selectIsLoaded } from '../store/selectors.ts';

export const githubActions: readonly Action[] = [
  {
    id: 'github.pick',
    needs: 'operate',
    group: 'work',
    label: ({ github }) => github.pick.action,
    keywords: 'issue github pick search repository import',
    isPossible: ({ app }) => selectIsLoaded(app.data.getState()),
    run: ({ app }) =>
      app.ui.setState(({ imports }) => ({ imports: imports ?? [], picking: { repo: '' } })),
  },
  {
    id: 'github.sign_in',
    needs: 'admin',
    group: 'work',
    label: ({ github }) => github.signIn,
    keywords: 'github account token login app device enterprise',
    run: ({ go }) => go('/settings/github'),
  },
];
