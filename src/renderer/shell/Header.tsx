/** The bar at the top: where one is, how the workshop fares, and what can be done from anywhere. */
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlus,
  IconSearch,
} from '@tabler/icons-react';
import { Link, NavLink } from 'react-router';
import { Mark } from '../components/Mark.tsx';
import { useCall } from '../components/use-call.ts';
import { useApp, useData, useText } from '../context.ts';
import {
  selectAskingCount,
  selectIsLoaded,
  selectIsPaused,
  selectReviewCount,
} from '../store/selectors.ts';
import { HealthLine } from './HealthLine.tsx';
import { HeaderMenu } from './HeaderMenu.tsx';

export function Header() {
  const { appName, nav, header, hosts } = useText();
  const { ui } = useApp();
  const review = useData(selectReviewCount);
  const asking = useData(selectAskingCount);
  const isLoaded = useData(selectIsLoaded);
  return (
    <header className="header">
      <Link className="header-brand" to="/">
        <Mark />
        {appName}
      </Link>
      <nav className="header-nav" aria-label={nav.label}>
        <NavLink className="header-link" to="/tasks">
          {nav.tasks}
          {review > 0 && <span className="header-count num">{review}</span>}
        </NavLink>
        <NavLink className="header-link" to="/agents">
          {nav.agents}
          {asking > 0 && (
            <span
              className="header-count num"
              title={hosts.attention.health(asking)}
              data-testid="asking-count"
            >
              {asking}
            </span>
          )}
        </NavLink>
      </nav>
      <HealthLine />
      <div className="header-actions">
        <Button
          className="header-search"
          variant="default"
          leftSection={<IconSearch size={14} />}
          onClick={spotlight.open}
          data-testid="search"
        >
          {header.search}
          <kbd>{navigator.platform.startsWith('Mac') ? '⌘K' : 'Ctrl K'}</kbd>
        </Button>
        <PauseButton />
        <Button
          leftSection={<IconPlus size={14} />}
          disabled={!isLoaded}
          onClick={() => ui.setState({ isNewTaskOpen: true })}
          data-testid="new-task"
        >
          {header.newTask}
        </Button>
        <HeaderMenu />
      </div>
    </header>
  );
}

function PauseButton() {
  const { header } = useText();
  const isPaused = useData(selectIsPaused);
  const isLoaded = useData(selectIsLoaded);
  const pause = useCall('queue.pause');
  const resume = useCall('queue.resume');
  const label = isPaused ? header.resume : header.pause;
  if (isPaused) {
    return (
      <Button
        variant="light"
        color="yellow"
        leftSection={<IconPlayerPlayFilled size={13} />}
        loading={resume.isBusy}
        onClick={() => void resume.run({})}
        data-testid="queue-resume"
      >
        {label}
      </Button>
    );
  }
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={label}
        disabled={!isLoaded}
        loading={pause.isBusy}
        onClick={() => void pause.run({})}
        data-testid="queue-pause"
      >
        <IconPlayerPauseFilled size={14} />
      </ActionIcon>
    </Tooltip>
  );
}
