/** The choice between the views of a task. */
import {
  IconFileDiff,
  IconListCheck,
  IconMapPin,
  IconMessages,
  IconTerminal2,
  IconTimeline,
} from '@tabler/icons-react';
import { NavLink, useLocation } from 'react-router';
import type { Task } from '../../shared/domain/task.ts';
import '../components/tabs.css';
import { useText } from '../context.ts';
import { ChangeSize } from '../tasks/ChangeSize.tsx';
import { TABS, type Tab } from './tabs.ts';

const ICONS = {
  timeline: IconTimeline,
  terminal: IconTerminal2,
  transcript: IconMessages,
  changes: IconFileDiff,
  tests: IconListCheck,
  why: IconMapPin,
} as const;

export function Tabs({ task, open }: { readonly task: Task; readonly open: Tab }) {
  const { tabs } = useText().task;
  // The moment goes along.
  const { search } = useLocation();
  return (
    <nav className="tabs" aria-label={tabs[open]}>
      {TABS.map((tab) => {
        const Icon = ICONS[tab];
        return (
          <NavLink
            key={tab}
            className="tab"
            to={{ pathname: `/tasks/${task.id}/${tab}`, search }}
            replace
            data-testid={`tab-${tab}`}
          >
            <Icon size={15} aria-hidden="true" />
            {tabs[tab]}
            {tab === 'changes' && task.change && <ChangeSize stats={task.change.stats} />}
          </NavLink>
        );
      })}
    </nav>
  );
}
