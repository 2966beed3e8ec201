/** How accounts stand with their limits, and what is used of budgets: when each is reached if it goes on like this. */
import { IconCoins, IconGauge } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { BudgetOutlook, LimitOutlook } from '../../shared/contract-usage.ts';
import { LimitBar } from '../accounts/LimitBar.tsx';
import { useOutlook } from '../accounts/outlook.ts';
import { useModelAccounts } from '../accounts/use-model-accounts.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useLanguage, useText } from '../context.ts';
import { compact, dollars } from '../format/number.ts';
import { repoName } from '../format/repo.ts';

export function LimitsCard() {
  const { accounts: words, usage } = useText();
  const { accounts, error } = useModelAccounts();
  const { value } = useOutlook();
  return (
    <section className="usage-card panel" aria-labelledby="usage-limits" data-testid="limits">
      <h2 id="usage-limits">
        <IconGauge size={15} aria-hidden="true" />
        {usage.limits.title}
      </h2>
      {error && !accounts && <ErrorNote error={error} />}
      {accounts?.length === 0 && (
        <>
          <p className="usage-unknown">{usage.limits.none}</p>
          <p className="faint">{usage.limits.text}</p>
          <p>
            <Link to="/settings/accounts">{usage.limits.add}</Link>
          </p>
        </>
      )}
      {accounts?.map(({ id, name, state, windows }) => (
        <div key={id} className="usage-account">
          <Link to="/settings/accounts" className="clip">
            {name}
          </Link>
          {state !== 'good' && <span data-state={state}>{words.states[state]}</span>}
          {windows.length === 0 && <p className="faint">{words.noLimits}</p>}
          {windows.map((window) => (
            <LimitBar
              key={window.name}
              name={words.window(window.name)}
              used={window.used}
              resetAt={window.resetAt}
              outlook={outlookOf(value?.limits, id, window.name)}
            />
          ))}
        </div>
      ))}
    </section>
  );
}

function outlookOf(
  limits: readonly LimitOutlook[] | undefined,
  id: string,
  name: string,
): LimitOutlook | undefined {
  return limits?.find(({ accountId, window }) => accountId === id && window === name);
}

/** Nothing where no budget is set. */
export function BudgetsCard() {
  const { accounts: words } = useText();
  const { value } = useOutlook();
  return (
    <section className="usage-card panel" aria-labelledby="usage-budgets" data-testid="budgets">
      <h2 id="usage-budgets">
        <IconCoins size={15} aria-hidden="true" />
        {words.budgets.title}
      </h2>
      {value?.budgets.length === 0 && (
        <p className="faint">
          {words.budgets.none} <Link to="/settings/engines">{words.budgets.set}</Link>
        </p>
      )}
      {value?.budgets.map((budget) => (
        <Budget key={`${budget.scope} ${budget.name} ${budget.unit}`} budget={budget} />
      ))}
    </section>
  );
}

function Budget({ budget }: { readonly budget: BudgetOutlook }) {
  const { accounts: words } = useText();
  const language = useLanguage();
  const { scope, name, unit, limit, used, resetAt } = budget;
  const format = (amount: number): string =>
    unit === 'usd' ? dollars(amount, language) : compact(amount, language);
  return (
    <LimitBar
      name={scope === 'day' ? words.budgets.day : scope === 'repo' ? repoName(name) : name}
      used={limit > 0 ? used / limit : 1}
      said={words.budgets.of(format(used), format(limit))}
      resetAt={resetAt}
      outlook={budget}
    />
  );
}
