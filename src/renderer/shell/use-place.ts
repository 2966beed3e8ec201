/** Where one is, and what an action may use. */
import { useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useApp, useText } from '../context.ts';
import type { Place } from './action.ts';

export function usePlace(): Place {
  const app = useApp();
  const text = useText();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return useMemo<Place>(
    () => ({
      app,
      text,
      path: pathname,
      scheme: colorScheme,
      setScheme: setColorScheme,
      go: (path) => void navigate(path),
      async call(name, input) {
        const answer = await app.session.api.call(name, input);
        if (answer.ok) return answer.value;
        const { title, todo } = text.callErrors[answer.error.code];
        notifications.show({
          title: text.shell.failed(title),
          message: `${todo} (${answer.error.message})`,
          color: 'red',
          className: 'toast',
        });
        return null;
      },
    }),
    [app, text, navigate, pathname, colorScheme, setColorScheme],
  );
}
