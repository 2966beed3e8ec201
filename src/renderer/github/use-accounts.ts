/** Who is signed in at GitHub, and what is left of their requests: asked for again once in a while, and after each change. */
import { useCallback, useState } from 'react';
import type { Budget, GitHubAccount } from '../../shared/contract-github.ts';
import type { CallError } from '../client/call.ts';
import { useAsking } from '../client/use-asking.ts';
import { useApp } from '../context.ts';

export interface Accounts {
  /** `null`: not known yet. */
  readonly accounts: readonly GitHubAccount[] | null;
  readonly budgets: readonly Budget[];
  readonly error: CallError | null;
  readonly isChecking: boolean;
  /** @param check has GitHub asked, too */
  reload(check?: boolean): Promise<void>;
}

const ASK_AGAIN_MS = 10_000;

export function useAccounts(): Accounts {
  const { session } = useApp();
  const [accounts, setAccounts] = useState<Accounts['accounts']>(null);
  const [budgets, setBudgets] = useState<Accounts['budgets']>([]);
  const [error, setError] = useState<CallError | null>(null);
  const [isChecking, setChecking] = useState(false);

  const reload = useCallback(
    async (check = false): Promise<void> => {
      setChecking(check);
      const answers = await Promise.all([
        session.api.call('github.accounts', { check: check ? 'true' : 'false' }),
        session.api.call('github.budget', {}),
      ]);
      const [said, left] = answers;
      setChecking(false);
      if (said.ok) setAccounts(said.value.accounts);
      if (left.ok) setBudgets(left.value.budgets);
      setError(said.ok ? null : said.error);
    },
    [session],
  );

  useAsking(reload, ASK_AGAIN_MS);

  return { accounts, budgets, error, isChecking, reload };
}
