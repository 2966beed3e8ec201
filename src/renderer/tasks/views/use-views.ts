/** The saved views, as the coordinator keeps them: read when the window comes to the front, and before each change. */
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import type { View } from '../../../shared/contract-search.ts';
import { useApp, useText, useUi } from '../../context.ts';
import { selectLink, selectViews } from '../../store/selectors.ts';

export interface Views {
  readonly views: readonly View[];
  /** Changes what is kept now, which another window may have changed since. True when it is kept. */
  change(next: (views: readonly View[]) => readonly View[]): Promise<boolean>;
}

export const MOST_VIEWS = 50;

export function useViews(): Views {
  const { session, ui } = useApp();
  const { taskList, callErrors } = useText();
  const views = useUi(selectViews);
  const link = useUi(selectLink);
  useEffect(() => {
    if (link !== 'open') return undefined;
    const read = async (): Promise<void> => {
      const answer = await session.api.call('views.get', {});
      // What is shown is the last that is known; a change says what is wrong.
      if (answer.ok) ui.setState({ views: answer.value.views });
    };
    const onFocus = (): void => void read();
    void read();
    window.addEventListener('focus', onFocus);
    return () => window.removeEventListener('focus', onFocus);
  }, [session, ui, link]);

  return {
    views: views ?? [],
    async change(next) {
      const now = await session.api.call('views.get', {});
      const answer = now.ok
        ? await session.api.call('views.set', { views: [...next(now.value.views)] })
        : now;
      if (answer.ok) {
        ui.setState({ views: answer.value.views });
        return true;
      }
      notifications.show({
        title: taskList.views.failed,
        message: `${callErrors[answer.error.code].todo} (${answer.error.message})`,
        color: 'red',
        className: 'toast',
      });
      return false;
    },
  };
}
