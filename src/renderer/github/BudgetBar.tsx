/** What is left of one request budget, as a thin bar: `4,812 of 5,000 until 14:20`. */
import type { Budget } from '../../shared/contract-github.ts';
import { useLanguage, useText } from '../context.ts';
import { whole } from '../format/size.ts';
import { timeOfDay } from '../native/time-of-day.ts';
import './budget.css';

export function BudgetBar({ budget }: { readonly budget: Budget }) {
  const { github: words } = useText();
  const language = useLanguage();
  const { resource, remaining, limit, resetAt, waiting, pausedUntil } = budget;
  const share = limit > 0 ? Math.min(1, remaining / limit) : 0;
  const left = words.left(
    whole(remaining, language),
    whole(limit, language),
    timeOfDay(resetAt, language),
  );
  return (
    <div className="budget" data-testid="budget" data-level={share < 0.1 ? 'low' : 'fine'}>
      <span className="budget-name">{words.resources(resource)}</span>
      <span
        className="budget-track"
        role="meter"
        aria-label={words.resources(resource)}
        aria-valuenow={remaining}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuetext={left}
      >
        <span style={{ width: `${share * 100}%` }} />
      </span>
      <span className="budget-left num">{left}</span>
      {pausedUntil !== null && (
        <span className="budget-note">{words.pausedUntil(timeOfDay(pausedUntil, language))}</span>
      )}
      {waiting > 0 && <span className="budget-note num">{words.waiting(waiting)}</span>}
    </div>
  );
}
