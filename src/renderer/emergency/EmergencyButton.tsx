/** In the sidebar's foot: asks before everything is stopped. While it is stopped the banner has the way back. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import { useApp, useData, useText } from '../context.ts';
import { selectIsLoaded, selectStop } from '../store/selectors.ts';

export function EmergencyButton({ isFolded }: { readonly isFolded: boolean }) {
  const { emergency } = useText();
  const { ui } = useApp();
  const isLoaded = useData(selectIsLoaded);
  const isStopped = useData(selectStop) !== null;
  return (
    <Tooltip label={emergency.action} position={isFolded ? 'right' : 'top'}>
      <ActionIcon
        variant="default"
        size={30}
        className="emergency-button"
        aria-label={emergency.action}
        aria-haspopup="dialog"
        disabled={!isLoaded || isStopped}
        onClick={() => ui.setState({ isStopAsked: true })}
        data-testid="emergency-stop"
      >
        <IconHandStop size={15} />
      </ActionIcon>
    </Tooltip>
  );
}
