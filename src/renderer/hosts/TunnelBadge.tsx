/** Says that a machine is reached through its SSH connection only. */
import { Tooltip } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { useText } from '../context.ts';

export function TunnelBadge() {
  const { runs } = useText().hosts;
  return (
    <Tooltip label={runs.tunnelHint} multiline maw={320}>
      <span className="tunnel-badge" tabIndex={0} data-testid="tunnel">
        <IconRoute size={13} aria-hidden="true" />
        {runs.tunnel}
      </span>
    </Tooltip>
  );
}
