/** What a task's requests to models came to: how many, tokens, cost, waits. Nothing while none went through an account here. */
import { useMemo } from 'react';
import { Link } from 'react-router';
import type { TaskId } from '../../../shared/ids.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { useLanguage, useText } from '../../context.ts';
import { dollars } from '../../format/number.ts';
import { whole } from '../../format/size.ts';
import { duration } from '../../format/time.ts';

const ASK_AGAIN_MS = 5_000;

export interface TaskCalls {
  readonly sum: {
    readonly calls: number;
    readonly troubles: number;
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly cachedInputTokens: number;
    readonly costUsd: number | null;
    readonly waitMs: number;
    readonly ms: number;
  } | null;
}

/** `sum` is `null` while it is not known, and for a task that made no request. */
export function useTaskCalls(id: TaskId): TaskCalls {
  const question = useMemo(() => ({ task: id, limit: 1 }), [id]);
  const { value } = useAnswer('usage.calls', question, ASK_AGAIN_MS);
  const total = value?.total ?? null;
  return { sum: total && total.calls > 0 ? total : null };
}

export interface ModelCallsProps {
  readonly id: TaskId;
  readonly sum: NonNullable<TaskCalls['sum']>;
}

export function ModelCalls({ id, sum }: ModelCallsProps) {
  const { task: words } = useText().accounts;
  const language = useLanguage();
  const facts: [name: string, value: string][] = [
    [words.calls, whole(sum.calls, language)],
    ...(sum.troubles > 0
      ? [[words.troubles, whole(sum.troubles, language)] as [string, string]]
      : []),
    [words.tokens, whole(sum.inputTokens + sum.outputTokens, language)],
    [words.cached, whole(sum.cachedInputTokens, language)],
    [words.cost, sum.costUsd === null ? '–' : dollars(sum.costUsd, language)],
    [words.wait, duration(sum.waitMs)],
    [words.time, duration(sum.ms)],
  ];
  return (
    <section className="why-calls" aria-labelledby="why-calls" data-testid="task-calls">
      <h2 id="why-calls">{words.title}</h2>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
      <Link to={`/usage?task=${id}`}>{words.all}</Link>
    </section>
  );
}
