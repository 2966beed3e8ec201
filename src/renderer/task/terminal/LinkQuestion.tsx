/** Asks before an address is opened that a program printed and that may not lead where it seems to. */
import { Button, Group, Modal, Text } from '@mantine/core';
import { useText } from '../../context.ts';

export interface LinkQuestionProps {
  /** `null`: nothing is asked. */
  readonly address: string | null;
  onClose(): void;
}

export function LinkQuestion({ address, onClose }: LinkQuestionProps) {
  const { common, player: words } = useText();
  return (
    <Modal opened={address !== null} onClose={onClose} title={words.linkTitle}>
      <Text size="sm" c="var(--kb-dim)" mb="sm">
        {words.linkText}
      </Text>
      <p className="mono link-address">{address}</p>
      <Group justify="flex-end" gap={8} mt="md">
        <Button size="sm" variant="default" onClick={onClose} data-autofocus>
          {common.cancel}
        </Button>
        <Button
          size="sm"
          onClick={() => {
            if (address !== null) window.open(address, '_blank', 'noopener');
            onClose();
          }}
        >
          {words.openLink}
        </Button>
      </Group>
    </Modal>
  );
}
