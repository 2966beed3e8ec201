/** Asks before an account and its key are forgotten. */
import type { AccountInfo } from '../../../shared/contract-accounts.ts';
import { AskFirst } from '../../components/AskFirst.tsx';
import { useCall } from '../../components/use-call.ts';
import { useText } from '../../context.ts';

export interface RemoveAccountProps {
  readonly account: AccountInfo;
  readonly isOpen: boolean;
  onClose(): void;
  onDone(): void;
}

export function RemoveAccount({ account, isOpen, onClose, onDone }: RemoveAccountProps) {
  const { accounts: words } = useText();
  const remove = useCall('accounts.remove');
  async function confirm(): Promise<void> {
    if (await remove.run({ id: account.id })) onDone();
  }
  return (
    <AskFirst
      title={words.removeTitle(account.name)}
      text={words.removeText}
      action={words.remove}
      testId="account-remove-confirm"
      isOpen={isOpen}
      isBusy={remove.isBusy}
      error={remove.error}
      onClose={onClose}
      onSure={() => void confirm()}
    />
  );
}
