/** The app's frame: theme, router, and what stands above every screen. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useState } from 'react';
import { createHashRouter, Navigate, type RouteObject } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { AgentsScreen } from './agents/AgentsScreen.tsx';
import { AgentScreen } from './agents/detail/AgentScreen.tsx';
import { AuditScreen } from './audit/AuditScreen.tsx';
import { ErrorBoundary } from './components/ErrorBoundary.tsx';
import { AppContext, type App } from './context.ts';
import { OverviewScreen } from './overview/OverviewScreen.tsx';
import { GuideScreen } from './guide/GuideScreen.tsx';
import { SettingsScreen } from './settings/SettingsScreen.tsx';
import { Home } from './shell/Home.tsx';
import { NotFound } from './shell/NotFound.tsx';
import { Shell } from './shell/Shell.tsx';
import { StartScreen } from './start/StartScreen.tsx';
import { TaskScreen } from './task/TaskScreen.tsx';
import { TasksScreen } from './tasks/TasksScreen.tsx';
import { cssVariables, theme } from './theme.ts';
import { UsageScreen } from './usage/UsageScreen.tsx';

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
      { path: 'tasks/:id', element: <Navigate to="timeline" replace /> },
      { path: 'tasks/:id/:tab', element: <TaskScreen /> },
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
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <RouterProvider router={router} />
        <Notifications position="bottom-right" limit={4} autoClose={8_000} />
      </MantineProvider>
    </AppContext>
  );
}
