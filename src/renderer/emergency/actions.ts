/** The emergency stop, for the palette and the keyboard. */
import type { Action } from '../shell/action.ts';
import { selectIsLoaded, selectStop } from '../store/selectors.ts';

export const emergencyActions: readonly Action[] = [
  {
    id: 'emergency-stop',
    needs: 'operate',
    group: 'work',
    label: ({ emergency }) => emergency.action,
    keywords: 'halt freeze pause all kill panic',
    keys: ['mod + shift + E'],
    isPossible: ({ app }) => {
      const data = app.data.getState();
      return selectIsLoaded(data) && selectStop(data) === null;
    },
    run: ({ app }) => app.ui.setState({ isStopAsked: true }),
  },
  {
    id: 'emergency-resume',
    needs: 'operate',
    group: 'work',
    label: ({ emergency }) => emergency.resumeAction,
    keywords: 'continue start thaw',
    isPossible: ({ app }) => selectStop(app.data.getState()) !== null,
    run: ({ call }) => void call('emergency.resume', {}),
  },
];
