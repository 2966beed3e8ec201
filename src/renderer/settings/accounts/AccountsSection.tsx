/** The accounts at model providers, and adding another. A key is sent once and never comes back. */
import { Button } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../context.ts';
import { useModelAccounts } from '../../accounts/use-model-accounts.ts';
import { Connecting } from '../../shell/Connecting.tsx';
import './accounts.css';
import { AddAccount } from './AddAccount.tsx';
import { ModelAccountCard } from './ModelAccountCard.tsx';

export function AccountsSection() {
  const { accounts: words } = useText();
  const { accounts, error, reload } = useModelAccounts();
  const [isAdding, setAdding] = useState(false);
  if (!accounts) return error ? <ErrorNote error={error} /> : <Connecting />;
  const isOpen = isAdding || accounts.length === 0;
  return (
    <div className="accounts" data-testid="accounts">
      {error && <ErrorNote error={error} />}
      {accounts.length === 0 && (
        <Empty icon={<IconKey size={26} />} title={words.none}>
          <p>{words.noneText}</p>
        </Empty>
      )}
      {accounts.length > 0 && (
        <ul className="accounts-list">
          {accounts.map((account) => (
            <ModelAccountCard key={account.id} account={account} onChanged={() => void reload()} />
          ))}
        </ul>
      )}
      {isOpen ? (
        <AddAccount
          onAdded={() => {
            setAdding(false);
            void reload();
          }}
          {...(accounts.length > 0 && { onCancel: () => setAdding(false) })}
        />
      ) : (
        <div className="accounts-buttons">
          <Button
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => setAdding(true)}
            data-testid="account-add"
          >
            {words.add}
          </Button>
        </div>
      )}
    </div>
  );
}
