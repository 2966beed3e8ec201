/** Stops and resumes the giving out of work; a paused queue says so in colour and words. */
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useCall } from '../components/use-call.ts';
import { useData, useText } from '../context.ts';
import { selectIsLoaded, selectIsPaused } from '../store/selectors.ts';

export function PauseButton({ isFolded }: { readonly isFolded: boolean }) {
  const { header } = useText();
  const isPaused = useData(selectIsPaused);
  const isLoaded = useData(selectIsLoaded);
  const pause = useCall('queue.pause');
  const resume = useCall('queue.resume');
  if (isPaused) {
    return (
      <Tooltip label={header.resume} position="right" disabled={!isFolded}>
        <Button
          className="sidebar-tool"
          variant="light"
          color="yellow"
          aria-label={header.resume}
          loading={resume.isBusy}
          onClick={() => void resume.run({})}
          data-testid="queue-resume"
        >
          <IconPlayerPlayFilled size={13} aria-hidden="true" />
          <span className="sidebar-words">{header.resume}</span>
        </Button>
      </Tooltip>
    );
  }
  return (
    <Tooltip label={header.pause} position={isFolded ? 'right' : 'top'}>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={header.pause}
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
