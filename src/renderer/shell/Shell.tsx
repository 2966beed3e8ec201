/** What stands around every screen: sidebar, banner, dialogs, and the screen itself. */
import { Suspense, useEffect } from 'react';
import { Outlet, useLocation } from 'react-router';
import { BackupsDialog } from '../backups/BackupsDialog.tsx';
import { ErrorBoundary } from '../components/ErrorBoundary.tsx';
import { useLanguage, useText, useUi } from '../context.ts';
import { EmergencyBanner } from '../emergency/EmergencyBanner.tsx';
import { EmergencyDialog } from '../emergency/EmergencyDialog.tsx';
import { AddHostsDialog } from '../hosts/AddHostsDialog.tsx';
import { InviteDialog } from '../hosts/InviteDialog.tsx';
import { Intake } from '../import/Intake.tsx';
import { AskedShell } from '../shell-session/AskedShell.tsx';
import { useLinks } from '../native/use-links.ts';
import { useTray } from '../native/use-tray.ts';
import { selectCoordinator, selectLink } from '../store/selectors.ts';
import { AskedTask } from './AskedTask.tsx';
import { Banner } from './Banner.tsx';
import { CannotStart } from './CannotStart.tsx';
import { Conditions } from './Conditions.tsx';
import { Help } from './Help.tsx';
import { NewTaskDialog } from './NewTaskDialog.tsx';
import { Palette } from './Palette.tsx';
import { Sidebar } from './Sidebar.tsx';
import './shell.css';
import { useAttention, useNative } from './use-attention.ts';
import { useRecent } from './use-recent.ts';
import { useRouteFocus } from './use-route-focus.ts';
import { useShellKeys } from './use-shell-keys.ts';
import { UpdateBanner } from '../updates/UpdateBanner.tsx';
import { useToasts } from './use-toasts.tsx';

export function Shell() {
  const { header } = useText();
  const language = useLanguage();
  const coordinator = useUi(selectCoordinator);
  const link = useUi(selectLink);
  const { pathname } = useLocation();
  useShellKeys();
  useRouteFocus();
  useRecent();
  useToasts();
  useAttention();
  useNative();
  useLinks();
  useTray();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);

  const isStuck = coordinator.status === 'failed' || link === 'refused';
  return (
    <div className="shell-frame">
      <EmergencyBanner />
      <div className="shell">
        <a className="shell-skip" href="#main" onClick={focusMain}>
          {header.skip}
        </a>
        <Sidebar />
        <div className="shell-screen">
          <Banner />
          <UpdateBanner />
          <Conditions />
          <main className="shell-main" id="main" tabIndex={-1}>
            {isStuck ? (
              <CannotStart />
            ) : (
              <ErrorBoundary place={pathname}>
                <Suspense>
                  <Outlet />
                </Suspense>
              </ErrorBoundary>
            )}
          </main>
        </div>
        <NewTaskDialog />
        <AddHostsDialog />
        <InviteDialog />
        <EmergencyDialog />
        <Intake />
        <Help />
        <BackupsDialog />
        <AskedTask />
        <AskedShell />
        <Palette />
      </div>
    </div>
  );
}

// The address belongs to the router: a jump to #main must not change it.
function focusMain(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#main')?.focus();
}
