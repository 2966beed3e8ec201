/** The sidebar: where one can go, how the workshop fares, and what can be done from anywhere. */
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import {
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconPlus,
  IconSearch,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { Mark } from '../components/Mark.tsx';
import { useApp, useData, useText, useUi } from '../context.ts';
import { GuideNote } from '../guide/GuideNote.tsx';
import { EmergencyButton } from '../emergency/EmergencyButton.tsx';
import { Allowed } from '../people/Allowed.tsx';
import { WhoLine } from '../people/WhoLine.tsx';
import { selectIsLoaded } from '../store/selectors.ts';
import { FirstHint } from './FirstHint.tsx';
import { HealthLine } from './HealthLine.tsx';
import { isMac, writtenKeys } from './keys.ts';
import { NavItem } from './NavItem.tsx';
import { NAV } from './nav.ts';
import { PauseButton } from './PauseButton.tsx';
import { ShellMenu } from './ShellMenu.tsx';
import './sidebar.css';
import { useFolding } from './use-folding.ts';

export function Sidebar() {
  const { appName, nav, shell } = useText();
  const name = useUi(({ workshopName }) => workshopName) ?? appName;
  const { isFolded } = useFolding();
  return (
    <aside className="sidebar" data-folded={isFolded} aria-label={shell.sidebar}>
      <div className="sidebar-top">
        <Link className="sidebar-brand" to="/" aria-label={name}>
          <Mark />
          <span className="sidebar-words">{name}</span>
        </Link>
        <FoldButton />
      </div>
      <Tools isFolded={isFolded} />
      <nav className="sidebar-nav" aria-label={nav.label}>
        <ul>
          {NAV.map((entry) => (
            <NavItem key={entry.path} entry={entry} isFolded={isFolded} />
          ))}
        </ul>
      </nav>
      {!isFolded && <GuideNote />}
      {!isFolded && <FirstHint />}
      <div className="sidebar-foot">
        <HealthLine isFolded={isFolded} />
        <WhoLine isFolded={isFolded} />
        <div className="sidebar-actions">
          <Allowed needs="admin">
            <PauseButton isFolded={isFolded} />
          </Allowed>
          <Allowed needs="operate">
            <EmergencyButton isFolded={isFolded} />
          </Allowed>
          <ShellMenu isFolded={isFolded} />
        </div>
      </div>
    </aside>
  );
}

function FoldButton() {
  const { shell } = useText();
  const { isFolded, isForced, toggle } = useFolding();
  // A narrow window has no room for words.
  if (isForced) return null;
  const label = isFolded ? shell.unfold : shell.fold;
  return (
    <Tooltip label={label} position="right">
      <ActionIcon aria-label={label} aria-expanded={!isFolded} onClick={toggle} data-testid="fold">
        {isFolded ? (
          <IconLayoutSidebarLeftExpand size={17} />
        ) : (
          <IconLayoutSidebarLeftCollapse size={17} />
        )}
      </ActionIcon>
    </Tooltip>
  );
}

function Tools({ isFolded }: { readonly isFolded: boolean }) {
  const { header } = useText();
  const { ui } = useApp();
  const isLoaded = useData(selectIsLoaded);
  const keys = writtenKeys('mod + K', isMac());
  const named = (label: string, button: ReactElement<Record<string, unknown>>) => (
    <Tooltip label={label} position="right" disabled={!isFolded}>
      {button}
    </Tooltip>
  );
  return (
    <div className="sidebar-tools">
      <Allowed needs="operate">
        {named(
          header.newTask,
          <Button
            className="sidebar-tool"
            aria-label={isFolded ? header.newTask : undefined}
            disabled={!isLoaded}
            onClick={() => ui.setState({ isNewTaskOpen: true })}
            data-testid="new-task"
          >
            <IconPlus size={15} aria-hidden="true" />
            <span className="sidebar-words">{header.newTask}</span>
          </Button>,
        )}
      </Allowed>
      {named(
        `${header.search} (${keys})`,
        <Button
          className="sidebar-tool"
          variant="default"
          aria-label={isFolded ? header.search : undefined}
          onClick={() => ui.setState({ isPaletteOpen: true, hasSeenHint: true })}
          data-testid="search"
        >
          <IconSearch size={15} aria-hidden="true" />
          <span className="sidebar-words">{header.search}</span>
          <kbd className="sidebar-words" aria-hidden="true">
            {keys}
          </kbd>
        </Button>,
      )}
    </div>
  );
}
