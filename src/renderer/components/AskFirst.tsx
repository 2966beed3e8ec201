/** Asks before something that cannot be undone is done, and says there why it was refused. */
import { Button, Group, Modal, Text } from '@mantine/core';
import type { CallError } from '../client/call.ts';
import { useText } from '../context.ts';
import { ErrorNote } from './ErrorNote.tsx';

export interface AskFirstProps {
  readonly title: string;
  /** What it means. */
  readonly text: string;
  /** The word for doing it. */
  readonly action: string;
  readonly testId: string;
  readonly isOpen: boolean;
  readonly isBusy: boolean;
  readonly error: CallError | null;
  onClose(): void;
  onSure(): void;
}

export function AskFirst(props: AskFirstProps) {
  const { title, text, action, testId, isOpen, isBusy, error, onClose, onSure } = props;
  const { common } = useText();
  return (
    <Modal opened={isOpen} onClose={onClose} title={title}>
      <Text size="sm" c="var(--kb-dim)">
        {text}
      </Text>
      {error && <ErrorNote error={error} />}
      <Group justify="flex-end" gap={8} mt="md">
        <Button size="sm" variant="default" onClick={onClose}>
          {common.cancel}
        </Button>
        <Button size="sm" color="red" loading={isBusy} onClick={onSure} data-testid={testId}>
          {action}
        </Button>
      </Group>
    </Modal>
  );
}
