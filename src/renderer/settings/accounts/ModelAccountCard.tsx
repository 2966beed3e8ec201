/** One account: how it stands in words and what to do about it, its limits, and what can be done with it. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import type { AccountInfo } from '../../../shared/contract-accounts.ts';
import { LimitBar } from '../../accounts/LimitBar.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StateChip } from '../../components/StateChip.tsx';
import { useCall } from '../../components/use-call.ts';
import { useLanguage, useText } from '../../context.ts';
import { whole } from '../../format/size.ts';
import { timeOfDay } from '../../native/time-of-day.ts';
import { RemoveAccount } from './RemoveAccount.tsx';
import { SignInAgain } from './SignInAgain.tsx';

export interface ModelAccountCardProps {
  readonly account: AccountInfo;
  onChanged(): void;
}

/** The colours of agents say the same here. */
const CHIPS = {
  good: 'idle',
  checking: 'pending',
  failing: 'trouble',
  signed_out: 'failed',
  unreachable: 'trouble',
} as const;

export function ModelAccountCard({ account, onChanged }: ModelAccountCardProps) {
  const { accounts: words } = useText();
  const check = useCall('accounts.check');
  const [open, setOpen] = useState<'sign-in' | 'remove' | null>(null);
  const { id, name, provider, baseUrl, state, checkedAt } = account;
  const isOut = state === 'signed_out' || state === 'failing';
  const close = (): void => setOpen(null);
  return (
    <li className="account panel" data-testid="account" data-account={id} data-state={state}>
      <div className="account-head">
        <div className="account-who">
          <strong className="clip">{name}</strong>
          <span className="dim clip" title={baseUrl}>
            {words.providers[provider]} · {hostOf(baseUrl)}
          </span>
        </div>
        <StateChip state={CHIPS[state]} label={words.states[state]} testId="account-state" />
        <Button
          variant={isOut ? 'filled' : 'default'}
          onClick={() => setOpen(open === 'sign-in' ? null : 'sign-in')}
          aria-expanded={open === 'sign-in'}
          data-testid="account-sign-in"
        >
          {words.signIn}
        </Button>
        <Button
          variant="default"
          loading={check.isBusy}
          onClick={() => void check.run({ id }).then(onChanged)}
          data-testid="account-check"
        >
          {words.check}
        </Button>
        <Button variant="default" onClick={() => setOpen('remove')} data-testid="account-remove">
          {words.remove}
        </Button>
      </div>
      <Trouble account={account} />
      {open === 'sign-in' && (
        <SignInAgain
          account={account}
          onDone={() => {
            close();
            onChanged();
          }}
          onCancel={close}
        />
      )}
      {check.error && <ErrorNote error={check.error} />}
      <Limits account={account} />
      <p className="faint account-times">
        {checkedAt !== null && (
          <>
            {words.checked} <RelativeTime at={checkedAt} />
            {' · '}
          </>
        )}
        <Link to="/usage?by=account">{words.usage}</Link>
      </p>
      <RemoveAccount
        account={account}
        isOpen={open === 'remove'}
        onClose={close}
        onDone={() => {
          close();
          onChanged();
        }}
      />
    </li>
  );
}

type Part = Pick<ModelAccountCardProps, 'account'>;

function Trouble({ account }: Part) {
  const { accounts: words } = useText();
  const language = useLanguage();
  const { state, message, warning, heldUntil, breaker } = account;
  const todo = words.todo[state];
  const server = words.breakers[breaker];
  return (
    <>
      {(message !== null || todo !== null) && (
        <div className="account-trouble" role="alert" data-testid="account-trouble">
          {message !== null && <p>{message}</p>}
          {todo !== null && <p className="account-todo">{todo}</p>}
        </div>
      )}
      {warning !== null && <p className="account-note">{warning}</p>}
      {server !== null && <p className="account-note">{server}</p>}
      {heldUntil !== null && (
        <p className="account-note num">{words.held(timeOfDay(heldUntil, language))}</p>
      )}
    </>
  );
}

function Limits({ account: { windows, running, waiting } }: Part) {
  const { accounts: words } = useText();
  const language = useLanguage();
  const turns = [
    ...(running > 0 ? [words.running(running)] : []),
    ...(waiting > 0 ? [words.waiting(waiting)] : []),
  ];
  return (
    <>
      {windows.length === 0 ? (
        <p className="faint">{words.noLimits}</p>
      ) : (
        <div className="account-limits">
          {windows.map(({ name, used, remaining, limit, resetAt }) => (
            <LimitBar
              key={name}
              name={words.window(name)}
              used={used}
              resetAt={resetAt}
              {...(remaining !== null &&
                limit !== null && {
                  said: words.left(whole(remaining, language), whole(limit, language)),
                })}
            />
          ))}
        </div>
      )}
      {turns.length > 0 && <p className="dim num">{turns.join(' · ')}</p>}
    </>
  );
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
