/** One account: who, where, how, what it may not and what to do about it, and what is left of its requests. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Budget, GitHubAccount } from '../../../shared/contract-github.ts';
import { AskFirst } from '../../components/AskFirst.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StateChip } from '../../components/StateChip.tsx';
import { useCall } from '../../components/use-call.ts';
import { useText } from '../../context.ts';
import { BudgetBar } from '../../github/BudgetBar.tsx';
import { webAddress } from '../../task/pull/pull-state.ts';

export interface AccountCardProps {
  readonly account: GitHubAccount;
  readonly budgets: readonly Budget[];
  onSignedOut(): void;
}

/** The colours of agents say the same here. */
const CHIPS = { ok: 'idle', revoked: 'failed', unreachable: 'trouble' } as const;

export function AccountCard({ account, budgets, onSignedOut }: AccountCardProps) {
  const { github: words } = useText();
  const [isAsked, setAsked] = useState(false);
  const { id, host, login, url, kind, state, message, checkedAt, expiresAt } = account;
  const href = webAddress(url);
  return (
    <li
      className="github-account panel"
      data-testid="github-account"
      data-account={id}
      data-state={state}
    >
      <div className="github-account-head">
        <div className="github-account-who">
          <strong className="clip">{login}</strong>
          <span className="dim clip">
            {href === null ? (
              host
            ) : (
              <a href={href} target="_blank" rel="noreferrer">
                {host}
              </a>
            )}
            {' · '}
            {words.kinds[kind]}
          </span>
        </div>
        <StateChip state={CHIPS[state]} label={words.states[state]} testId="github-state" />
        <Button variant="default" onClick={() => setAsked(true)} data-testid="github-sign-out">
          {words.signOut}
        </Button>
      </div>
      {message !== null && (
        <p className="github-trouble" role="alert">
          {message}
        </p>
      )}
      <Rights account={account} />
      {budgets.map((budget) => (
        <BudgetBar key={budget.resource} budget={budget} />
      ))}
      <p className="faint github-times">
        {words.checked} <RelativeTime at={checkedAt} />
        {expiresAt !== null && (
          <>
            {' · '}
            {words.expires} <RelativeTime at={expiresAt} />
          </>
        )}
      </p>
      <SignOut
        account={account}
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        onDone={onSignedOut}
      />
    </li>
  );
}

function Rights({ account: { rights } }: Pick<AccountCardProps, 'account'>) {
  const { github: words } = useText();
  const names = (has: 'yes' | 'unknown'): string =>
    words.and(rights.filter((one) => one.has === has).map(({ right }) => words.rights[right]));
  const lacking = rights.filter(({ has }) => has === 'no');
  return (
    <div className="github-rights">
      {lacking.length > 0 && (
        <ul data-testid="github-lacking">
          {lacking.map(({ right, give }) => (
            <li key={right}>{words.mayNot(words.rights[right], give)}</li>
          ))}
        </ul>
      )}
      {names('yes') !== '' && <p className="dim">{words.may(names('yes'))}</p>}
      {names('unknown') !== '' && <p className="faint">{words.unsure(names('unknown'))}</p>}
    </div>
  );
}

interface SignOutProps {
  readonly account: GitHubAccount;
  readonly isOpen: boolean;
  onClose(): void;
  onDone(): void;
}

function SignOut({ account: { id, login }, isOpen, onClose, onDone }: SignOutProps) {
  const { github: words } = useText();
  const signOut = useCall('github.sign_out');
  async function confirm(): Promise<void> {
    if (!(await signOut.run({ id }))) return;
    onClose();
    onDone();
  }
  return (
    <AskFirst
      title={words.signOutTitle(login)}
      text={words.signOutText}
      action={words.signOut}
      testId="github-sign-out-confirm"
      isOpen={isOpen}
      isBusy={signOut.isBusy}
      error={signOut.error}
      onClose={onClose}
      onSure={() => void confirm()}
    />
  );
}
