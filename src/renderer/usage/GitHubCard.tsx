/** What GitHub still takes from each account, as it said last. */
import { IconBrandGithub } from '@tabler/icons-react';
import { useText } from '../context.ts';
import { BudgetBar } from '../github/BudgetBar.tsx';
import { useAccounts } from '../github/use-accounts.ts';

export function GitHubCard() {
  const { budget: words } = useText().github;
  const { accounts, budgets } = useAccounts();
  // Whoever does not use it is not told of it.
  if (!accounts || accounts.length === 0) return null;
  return (
    <section className="usage-card panel" aria-labelledby="usage-github" data-testid="github-usage">
      <h2 id="usage-github">
        <IconBrandGithub size={15} aria-hidden="true" />
        {words.title}
      </h2>
      {budgets.length === 0 && <p className="usage-unknown">{words.noneYet}</p>}
      {accounts.map(({ id, login, host }) => {
        const own = budgets.filter(({ accountId }) => accountId === id);
        return (
          own.length > 0 && (
            <div key={id} className="usage-budgets">
              <span className="dim clip" title={`${login} · ${host}`}>
                {login}
              </span>
              {own.map((budget) => (
                <BudgetBar key={budget.resource} budget={budget} />
              ))}
            </div>
          )
        );
      })}
      <p className="faint">{words.text}</p>
    </section>
  );
}
