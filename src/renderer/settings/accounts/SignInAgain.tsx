/** A new key for an account that there is: one action, and what waited goes on everywhere. */
import { Button } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import type { AccountInfo } from '../../../shared/contract-accounts.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useCall } from '../../components/use-call.ts';
import { useText } from '../../context.ts';
import { SecretField } from './AddAccount.tsx';

export interface SignInAgainProps {
  readonly account: AccountInfo;
  onDone(): void;
  onCancel(): void;
}

export function SignInAgain({ account: { id, name }, onDone, onCancel }: SignInAgainProps) {
  const { accounts: words, common } = useText();
  const signIn = useCall('accounts.sign_in');
  const [secret, setSecret] = useState('');
  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (secret.trim() === '' || !(await signIn.run({ id, secret }))) return;
    setSecret('');
    onDone();
  }
  return (
    <form
      className="account-again"
      aria-label={`${words.signIn}: ${name}`}
      onSubmit={(event) => void submit(event)}
      data-testid="account-again"
    >
      <SecretField label={words.newKey} value={secret} onChange={setSecret} />
      {signIn.error && <ErrorNote error={signIn.error} />}
      <div className="accounts-buttons">
        <span className="faint">{words.tried}</span>
        <Button variant="default" onClick={onCancel}>
          {common.cancel}
        </Button>
        <Button
          type="submit"
          disabled={secret.trim() === ''}
          loading={signIn.isBusy}
          data-testid="account-again-go"
        >
          {words.signIn}
        </Button>
      </div>
    </form>
  );
}
