/** Copies what is selected, or everything. */
import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useText } from '../../context.ts';

export function CopyAll({ read }: { readonly read: () => string }) {
  const { common, task } = useText();
  const clipboard = useClipboard();
  const Icon = clipboard.copied ? IconCheck : IconCopy;
  return (
    <Button
      variant="default"
      leftSection={<Icon size={14} />}
      onClick={() => clipboard.copy(read())}
      data-testid="terminal-copy"
    >
      {clipboard.copied ? common.copied : task.terminal.copy}
    </Button>
  );
}
