/** The accounts at GitHub, and signing in with another. What is typed to sign in is sent once and never comes back. */
import { Button } from '@mantine/core';
import { IconBrandGithub, IconPlus, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../context.ts';
import { useAccounts } from '../../github/use-accounts.ts';
import { Connecting } from '../../shell/Connecting.tsx';
import type { SettingsForm } from '../use-settings.ts';
import { AccountCard } from './AccountCard.tsx';
import './github.css';
import { SignInForm } from './SignInForm.tsx';

export function GitHubSection({ form }: { readonly form: SettingsForm }) {
  const { github: words } = useText();
  const { accounts, budgets, error, isChecking, reload } = useAccounts();
  const [isAdding, setAdding] = useState(false);
  if (!accounts) return error ? <ErrorNote error={error} /> : <Connecting />;
  const isOpen = isAdding || accounts.length === 0;
  const host = form.view?.settings.find(({ key }) => key === 'github.host')?.value;
  const client = form.view?.settings.find(({ key }) => key === 'github.clientId')?.value;
  return (
    <div className="github" data-testid="github-accounts">
      {error && <ErrorNote error={error} />}
      {accounts.length === 0 && (
        <Empty icon={<IconBrandGithub size={26} />} title={words.none}>
          <p>{words.noneText}</p>
        </Empty>
      )}
      {accounts.length > 0 && (
        <ul className="github-accounts">
          {accounts.map((account) => (
            <AccountCard
              key={account.id}
              account={account}
              budgets={budgets.filter(({ accountId }) => accountId === account.id)}
              onSignedOut={() => void reload()}
            />
          ))}
        </ul>
      )}
      {accounts.length > 0 && (
        <div className="github-buttons">
          <Button
            variant="default"
            leftSection={<IconRefresh size={14} />}
            loading={isChecking}
            onClick={() => void reload(true)}
            data-testid="github-check"
          >
            {words.check}
          </Button>
          {!isAdding && (
            <Button
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => setAdding(true)}
              data-testid="github-add"
            >
              {words.another}
            </Button>
          )}
        </div>
      )}
      {isOpen && (
        <SignInForm
          usualHost={typeof host === 'string' ? host : ''}
          hasClientId={typeof client === 'string' && client !== ''}
          onSignedIn={() => {
            setAdding(false);
            void reload();
          }}
          {...(accounts.length > 0 && { onCancel: () => setAdding(false) })}
        />
      )}
    </div>
  );
}
