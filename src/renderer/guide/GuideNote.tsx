/** The line in the sidebar that leads back to the first steps, until they are done or put away. */
import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { Link, useLocation } from 'react-router';
import { useApp, useData, useText, useUi } from '../context.ts';
import { selectIsLoaded } from '../store/selectors.ts';
import './guide.css';
import { ALL_STEPS, useSteps } from './use-steps.ts';

export function GuideNote() {
  const isAway = useUi(({ isGuideAway }) => isGuideAway);
  const isLoaded = useData(selectIsLoaded);
  const { pathname } = useLocation();
  // Where the steps themselves are, a way to them is noise.
  if (isAway || !isLoaded || pathname === '/guide' || pathname === '/start') return null;
  return <OpenNote />;
}

function OpenNote() {
  const { guide } = useText();
  const { ui } = useApp();
  const { done, engine } = useSteps();
  if (engine === null || done === ALL_STEPS) return null;
  return (
    <div className="guide-note" data-testid="guide-note">
      <Link to="/guide">
        {guide.title}
        <span className="faint num">{guide.progress(done, ALL_STEPS)}</span>
      </Link>
      <ActionIcon
        size="xs"
        aria-label={`${guide.putAway}: ${guide.title}`}
        title={guide.putAwayHint}
        onClick={() => ui.setState({ isGuideAway: true })}
      >
        <IconX size={12} />
      </ActionIcon>
    </div>
  );
}
