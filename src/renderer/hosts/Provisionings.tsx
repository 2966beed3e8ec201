/** The hosts that are being set up, checked or taken down: how many are how far, and each of them. */
import { Button } from '@mantine/core';
import { useMemo, useState, type RefObject } from 'react';
import type { Provisioning } from '../../shared/provisioning.ts';
import { useApp, useCalmData, useText, useUi } from '../context.ts';
import type { Text } from '../i18n/en.ts';
import { hasEnded, summaryOf, type ProvisioningSummary } from '../store/hosts.ts';
import { selectProvisionings, selectPutAway } from '../store/selectors.ts';
import './provisionings.css';
import { ProvisioningList } from './ProvisioningList.tsx';

export interface ProvisioningsProps {
  /** What scrolls: only the cards in its sight are drawn. */
  readonly scroller: RefObject<HTMLElement | null>;
}

const FILTERS = ['all', 'asking', 'failed', 'underWay', 'done'] as const;
type Filter = (typeof FILTERS)[number];

export function Provisionings({ scroller }: ProvisioningsProps) {
  const { hosts } = useText();
  const { ui } = useApp();
  const all = useCalmData(selectProvisionings);
  const putAway = useUi(selectPutAway);
  const [filter, setFilter] = useState<Filter>('all');
  const shown = useMemo(
    () => inView([...all.values()].filter((run) => !hasEnded(run) || !putAway.has(runKey(run)))),
    [all, putAway],
  );
  const summary = useMemo(() => summaryOf(shown), [shown]);
  // A filter whose last one has left shows all again.
  const chosen = summary[filter] > 0 ? filter : 'all';
  const filtered = useMemo(() => shown.filter((run) => fits(run, chosen)), [shown, chosen]);
  if (shown.length === 0) return null;
  const finished = shown.filter(hasEnded);
  return (
    <section className="runs" aria-label={hosts.runs.title} data-testid="provisionings">
      <header className="runs-head">
        <h2>{hosts.runs.title}</h2>
        <span className="dim num" role="status" data-testid="provisioning-summary">
          {sentenceOf(summary, hosts.runs)}
        </span>
        <Filters summary={summary} chosen={chosen} choose={setFilter} />
        {finished.length > 0 && (
          <Button
            className="runs-put-away"
            variant="subtle"
            color="gray"
            onClick={() => ui.setState({ putAway: new Set([...putAway, ...finished.map(runKey)]) })}
            data-testid="put-away"
          >
            {hosts.runs.putAway}
          </Button>
        )}
      </header>
      <ProvisioningList runs={filtered} scroller={scroller} />
    </section>
  );
}

interface FiltersProps {
  readonly summary: ProvisioningSummary;
  readonly chosen: Filter;
  choose(filter: Filter): void;
}

function Filters({ summary, chosen, choose }: FiltersProps) {
  const { runs } = useText().hosts;
  const offered = FILTERS.filter((filter) => summary[filter] > 0);
  // With one kind of them there is nothing to choose.
  if (offered.length <= 2) return null;
  return (
    <div className="runs-filters" role="group" aria-label={runs.filter}>
      {offered.map((filter) => (
        <button
          key={filter}
          type="button"
          className="runs-filter"
          aria-pressed={filter === chosen}
          onClick={() => choose(filter)}
          data-filter={filter}
        >
          {runs.filters[filter]} <span className="num">{summary[filter]}</span>
        </button>
      ))}
    </div>
  );
}

/** Those that need nobody any more stand last; the others stay where they are, so that nothing moves under the pointer. */
function inView(runs: readonly Provisioning[]): Provisioning[] {
  const isOver = ({ state }: Provisioning): boolean => state === 'done' || state === 'cancelled';
  return [...runs.filter((run) => !isOver(run)), ...runs.filter(isOver)];
}

/** One run: ids begin anew with the coordinator, times do not. */
function runKey({ id, startedAt }: Provisioning): string {
  return `${id} ${startedAt}`;
}

function fits({ state }: Provisioning, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'underWay':
      return state === 'waiting' || state === 'running';
    default:
      return state === filter;
  }
}

function sentenceOf(
  { all, done, asking, failed }: ProvisioningSummary,
  words: Text['hosts']['runs'],
): string {
  const parts = [words.summary(done, all)];
  if (asking > 0) parts.push(words.asks(asking));
  if (failed > 0) parts.push(words.failed(failed));
  return words.join(parts);
}
