/** Asks before an account and its key are forgotten. */
import { Button, Group, Modal, Text } from '@mantine/core';
import type { AccountInfo } from '../../../shared/contract-accounts.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useCall } from '../../components/use-call.ts';
import { useText } from '../../context.ts';

export interface RemoveAccountProps {
  readonly account: AccountInfo;
  readonly isOpen: boolean;
  onClose(): void;
  onDone(): void;
}

export function RemoveAccount({ account, isOpen, onClose, onDone }: RemoveAccountProps) {
  const { accounts: words, common } = useText();
  const remove = useCall('accounts.remove');
  async function confirm(): Promise<void> {
    if (await remove.run({ id: account.id })) onDone();
  }
  return (
    <Modal opened={isOpen} onClose={onClose} title={words.removeTitle(account.name)}>
      <Text size="sm" c="var(--kb-dim)">
        {words.removeText}
      </Text>
      {remove.error && <ErrorNote error={remove.error} />}
      <Group justify="flex-end" gap={8} mt="md">
        <Button size="sm" variant="default" onClick={onClose}>
          {common.cancel}
        </Button>
        <Button
          size="sm"
          color="red"
          loading={remove.isBusy}
          onClick={() => void confirm()}
          data-testid="account-remove-confirm"
        >
          {words.remove}
        </Button>
      </Group>
    </Modal>
  );
}
