/** The app's frame: theme, router, and what stands above every screen. */
import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { lazy, useMemo, useState, type ReactNode } from 'react';
import { createHashRouter, type RouteObject } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { ErrorBoundary } from './components/ErrorBoundary.tsx';
import { AppContext, useText, type App } from './context.ts';
import { OverviewScreen } from './overview/OverviewScreen.tsx';
import { Home } from './shell/Home.tsx';
import { NotFound } from './shell/NotFound.tsx';
import { Shell } from './shell/Shell.tsx';
import { StartScreen } from './start/StartScreen.tsx';
import { TasksScreen } from './tasks/TasksScreen.tsx';
import { cssVariables, theme } from './theme.ts';

// Not on the first screen of the day: they come with the first visit, and the screen before stays until they are there.
const AgentsScreen = lazy(async () => ({
  default: (await import('./agents/AgentsScreen.tsx')).AgentsScreen,
}));
const AgentScreen = lazy(async () => ({
  default: (await import('./agents/detail/AgentScreen.tsx')).AgentScreen,
}));
const AuditScreen = lazy(async () => ({
  default: (await import('./audit/AuditScreen.tsx')).AuditScreen,
}));
const QueueScreen = lazy(async () => ({
  default: (await import('./queue/QueueScreen.tsx')).QueueScreen,
}));
const SettingsScreen = lazy(async () => ({
  default: (await import('./settings/SettingsScreen.tsx')).SettingsScreen,
}));
const GuideScreen = lazy(async () => ({
  default: (await import('./guide/GuideScreen.tsx')).GuideScreen,
}));
const TaskScreen = lazy(async () => ({
  default: (await import('./task/TaskScreen.tsx')).TaskScreen,
}));
const UsageScreen = lazy(async () => ({
  default: (await import('./usage/UsageScreen.tsx')).UsageScreen,
}));

const ROUTES: RouteObject[] = [
  {
    path: '/',
    element: (
      <ErrorBoundary>
        <Shell />
      </ErrorBoundary>
    ),
    children: [
      { index: true, element: <Home /> },
      { path: 'start', element: <StartScreen /> },
      { path: 'overview', element: <OverviewScreen /> },
      { path: 'usage', element: <UsageScreen /> },
      { path: 'tasks', element: <TasksScreen /> },
      { path: 'tasks/:id/:tab?', element: <TaskScreen /> },
      { path: 'queue', element: <QueueScreen /> },
      { path: 'agents', element: <AgentsScreen /> },
      { path: 'agents/:id/:tab?', element: <AgentScreen /> },
      { path: 'audit', element: <AuditScreen /> },
      { path: 'settings/:section?', element: <SettingsScreen /> },
      { path: 'guide', element: <GuideScreen /> },
      { path: '*', element: <NotFound /> },
    ],
  },
];

export function Root({ app }: { readonly app: App }) {
  // Made here and not with the module: the token must be out of the address before the router reads it.
  const [router] = useState(() => createHashRouter(ROUTES));
  return (
    <AppContext value={app}>
      <Themed>
        <RouterProvider router={router} />
        <Notifications position="bottom-right" limit={4} autoClose={8_000} />
      </Themed>
    </AppContext>
  );
}

/** Our looks, and the words of the library's own buttons in the language of the window. */
function Themed({ children }: { readonly children: ReactNode }) {
  const { close } = useText().common;
  const worded = useMemo(() => {
    const named = { defaultProps: { closeButtonProps: { 'aria-label': close } } };
    return mergeThemeOverrides(theme, { components: { Modal: named, Notification: named } });
  }, [close]);
  return (
    <MantineProvider theme={worded} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      {children}
    </MantineProvider>
  );
}
