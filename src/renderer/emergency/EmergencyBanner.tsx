/** Across the whole window while the workshop is stopped: by whom, since when, what became of the work, and the way back. */
import { Button } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useCall } from '../components/use-call.ts';
import { useData, useText } from '../context.ts';
import { selectRunningCount, selectStop } from '../store/selectors.ts';
import './emergency.css';
import { STOP_RED } from './red.ts';

export function EmergencyBanner() {
  const { emergency: words } = useText();
  const stop = useData(selectStop);
  const running = useData(selectRunningCount);
  const resume = useCall('emergency.resume');
  if (!stop) return null;
  return (
    <div className="emergency" role="alert" data-testid="emergency-banner">
      <IconHandStop size={18} aria-hidden="true" />
      <strong>{words.stopped}</strong>
      <span className="emergency-words">
        {stop.how === 'freeze' ? words.stand(running) : words.ended}{' '}
        <RelativeTime at={stop.at} words={(when) => words.by(stop.by, when)} />
        {stop.reason !== '' && <q className="emergency-reason">{stop.reason}</q>}
      </span>
      {resume.error && <ErrorNote error={resume.error} />}
      <Button
        className="emergency-resume"
        size="xs"
        variant="white"
        color={STOP_RED}
        loading={resume.isBusy}
        onClick={() => void resume.run({})}
        data-testid="emergency-resume"
      >
        {words.resume}
      </Button>
    </div>
  );
}
