/** Every request to a model, newest first: who made it, what it took, and what became of it. Only rows in sight are drawn. */
import { Button, Checkbox, Loader, NativeSelect } from '@mantine/core';
import { IconArrowsLeftRight } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { Link } from 'react-router';
import { useModelAccounts } from '../accounts/use-model-accounts.ts';
import { useAddress } from '../address.ts';
import type { CallRecord } from '../../shared/domain/call.ts';
import { ENGINE_KINDS, EngineKind } from '../../shared/domain/engine.ts';
import { TaskId } from '../../shared/ids.ts';
import { ModelAccountId } from '../../shared/models.ts';
import { Empty } from '../components/Empty.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useLanguage, useText } from '../context.ts';
import { dollars } from '../format/number.ts';
import { whole } from '../format/size.ts';
import { clockTime, duration, exact } from '../format/time.ts';
import './calls.css';
import { useCalls, type CallQuestion } from './use-calls.ts';

const ROW_PX = 30;
/** So near the end more is fetched. */
const NEAR = 20;
const COLUMNS = [
  'time',
  'task',
  'engine',
  'model',
  'account',
  'in',
  'out',
  'cached',
  'cost',
  'wait',
  'first',
  'took',
  'status',
] as const;

export function CallsTable() {
  const { accounts: words } = useText();
  const [params] = useAddress();
  const question = useMemo(() => questionOf(params), [params]);
  return (
    <section className="calls panel" aria-labelledby="calls-title" data-testid="calls">
      <div className="calls-head">
        <h2 id="calls-title">{words.calls.title}</h2>
        <Filters />
      </div>
      <Rows question={question} />
    </section>
  );
}

function questionOf(params: URLSearchParams): CallQuestion {
  const task = TaskId.safeParse(params.get('task'));
  const account = ModelAccountId.safeParse(params.get('account'));
  const engine = EngineKind.safeParse(params.get('engine'));
  return {
    ...(task.success && { task: task.data }),
    ...(account.success && { account: account.data }),
    ...(engine.success && { engine: engine.data }),
    ...(params.get('trouble') === 'true' && { trouble: 'true' as const }),
  };
}

function Filters() {
  const { accounts: words, engines } = useText();
  const { accounts } = useModelAccounts();
  const [params, put] = useAddress();
  const task = params.get('task');
  return (
    <div className="calls-filters">
      {task !== null && (
        <Button
          variant="default"
          onClick={() => put({ task: null })}
          rightSection="×"
          data-testid="calls-task"
        >
          {task}
        </Button>
      )}
      <NativeSelect
        aria-label={words.calls.filterAccount}
        value={params.get('account') ?? ''}
        data={[
          { value: '', label: words.calls.allAccounts },
          ...(accounts ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(event) => put({ account: event.currentTarget.value || null })}
      />
      <NativeSelect
        aria-label={words.calls.filterEngine}
        value={params.get('engine') ?? ''}
        data={[
          { value: '', label: words.calls.allEngines },
          ...ENGINE_KINDS.map((kind) => ({ value: kind, label: engines[kind] })),
        ]}
        onChange={(event) => put({ engine: event.currentTarget.value || null })}
      />
      <Checkbox
        label={words.calls.onlyTroubles}
        checked={params.get('trouble') === 'true'}
        onChange={(event) => put({ trouble: event.currentTarget.checked ? 'true' : null })}
        data-testid="calls-troubles"
      />
    </div>
  );
}

function Rows({ question }: { readonly question: CallQuestion }) {
  const { accounts: words } = useText();
  const { accounts } = useModelAccounts();
  const { calls, error, isBusy, hasMore, more } = useCalls(question);
  const scroller = useRef<HTMLDivElement>(null);
  const count = calls?.length ?? 0;
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => calls?.[index]?.seq ?? index,
    overscan: 12,
    onChange({ range }) {
      if (range && count > 0 && range.endIndex >= count - NEAR) more();
    },
  });
  if (!calls) return error ? <ErrorNote error={error} /> : <Loader size="sm" m={16} />;
  if (count === 0 && !hasMore) {
    const isFiltered = Object.keys(question).length > 0;
    return (
      <Empty
        icon={<IconArrowsLeftRight size={26} />}
        title={isFiltered ? words.calls.noneLikeThat : words.calls.none}
      >
        <p>{isFiltered ? words.calls.noneLikeThatText : words.calls.noneText}</p>
      </Empty>
    );
  }
  return (
    <div
      ref={scroller}
      className="calls-scroller"
      role="table"
      aria-label={words.calls.title}
      aria-rowcount={hasMore ? -1 : count + 1}
      tabIndex={0}
    >
      <div role="rowgroup" className="calls-columns">
        <div role="row" className="calls-row">
          {COLUMNS.map((column) => (
            <span key={column} role="columnheader">
              {words.calls.columns[column]}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="calls-rows" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ key, index, start }) => {
          const record = calls[index];
          const id = record?.call.accountId ?? null;
          const name = accounts?.find((account) => account.id === id)?.name ?? id ?? '–';
          return (
            record && (
              <div
                key={key}
                role="row"
                aria-rowindex={index + 2}
                className="calls-row"
                data-trouble={record.call.trouble !== null}
                data-testid="call"
                style={{ transform: `translateY(${start}px)` }}
              >
                <Cells record={record} account={name} />
              </div>
            )
          );
        })}
      </div>
      {hasMore && (
        <div className="calls-more">
          {isBusy ? words.calls.more : <Button onClick={more}>{words.calls.lookFurther}</Button>}
        </div>
      )}
    </div>
  );
}

function Cells({ record, account }: { readonly record: CallRecord; readonly account: string }) {
  const { accounts: words, engines } = useText();
  const language = useLanguage();
  const { at, taskId, engine, call } = record;
  const { usage, model, status, trouble, waitMs, firstByteMs, ms } = call;
  const answer =
    trouble !== null
      ? words.calls.troubles[trouble]
      : status === 0
        ? words.calls.hungUp
        : words.calls.ok;
  return (
    <>
      <span role="cell" className="num" title={exact(at, language)}>
        {clockTime(at, language)}
      </span>
      <span role="cell">
        <Link className="mono" to={`/tasks/${taskId}/why`}>
          {taskId}
        </Link>
      </span>
      <span role="cell">{engines[engine]}</span>
      <span role="cell" className="clip" title={model}>
        {model || '–'}
      </span>
      <span role="cell" className="clip" title={account}>
        {account}
      </span>
      <span role="cell" className="num">
        {whole(usage.inputTokens, language)}
      </span>
      <span role="cell" className="num">
        {whole(usage.outputTokens, language)}
      </span>
      <span role="cell" className="num">
        {whole(usage.cachedInputTokens, language)}
      </span>
      <span role="cell" className="num">
        {usage.costUsd === null ? '–' : cost(usage.costUsd, language)}
      </span>
      <span role="cell" className="num">
        {duration(waitMs)}
      </span>
      <span role="cell" className="num">
        {firstByteMs === null ? '–' : duration(firstByteMs)}
      </span>
      <span role="cell" className="num">
        {duration(ms)}
      </span>
      <span role="cell" className="calls-answer num">
        {status > 0 && status !== 200 ? `${answer} (${status})` : answer}
      </span>
    </>
  );
}

/** A single request often costs less than a cent. */
function cost(amount: number, language: ReturnType<typeof useLanguage>): string {
  return amount > 0 && amount < 0.01 ? `$${amount.toFixed(4)}` : dollars(amount, language);
}
