/** The first steps as a screen of their own: for those who put them away, or closed the start screen. */
import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { ScreenHead } from '../components/ScreenHead.tsx';
import { useApp, useText, useUi } from '../context.ts';
import { Guide } from './Guide.tsx';
import { ALL_STEPS, useSteps } from './use-steps.ts';

export function GuideScreen() {
  const { guide } = useText();
  const { ui } = useApp();
  const isAway = useUi(({ isGuideAway }) => isGuideAway);
  const steps = useSteps();
  return (
    <div className="guide-screen" data-testid="guide-screen">
      <ScreenHead
        title={guide.title}
        count={guide.progress(steps.done, ALL_STEPS)}
        actions={
          !isAway && (
            <Button
              variant="default"
              onClick={() => ui.setState({ isGuideAway: true })}
              data-testid="guide-put-away"
            >
              {guide.putAway}
            </Button>
          )
        }
      />
      <div className="guide-body">
        <p className="dim">{steps.done === ALL_STEPS ? guide.finished : guide.lead}</p>
        <div className="panel guide-panel">
          <Guide steps={steps} />
        </div>
        <p className="faint">{isAway ? null : guide.putAwayHint}</p>
        {steps.hasTasks && <Link to="/tasks">{guide.toTasks}</Link>}
      </div>
    </div>
  );
}
