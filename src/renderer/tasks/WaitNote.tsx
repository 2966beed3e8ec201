/** Why a task does not go on: its time, other tasks, a pause before the next try, or what failed. */
import type { Task } from '../../shared/domain/task.ts';
import { Countdown } from '../components/Countdown.tsx';
import { useNowAs } from '../components/now.ts';
import { useLanguage, useText } from '../context.ts';
import { relative } from '../format/time.ts';
import { troubleOf } from '../store/trouble.ts';

/** A task that waits has no agent that could be away. */
const NOBODY = { attempt: undefined, agent: undefined, heardAt: undefined };

export function WaitNote({ task }: { readonly task: Task }) {
  const text = useText();
  const { state, failure, at, after, blockers, merge } = task;
  const trouble = troubleOf(task, NOBODY, 0);
  if (trouble?.kind === 'waiting' && failure) {
    const { waiting } = text.troubles;
    return (
      <span className="wait" data-testid="trouble" data-trouble="waiting">
        <span className="clip">{text.failures[failure.code].title}</span>
        <span className="dim">
          <Countdown until={trouble.retryAt} words={waiting.short} after={waiting.now} />
        </span>
      </span>
    );
  }
  if (trouble?.kind === 'interrupted' && state === 'queued') {
    return (
      <span className="wait wait-resuming clip" data-testid="trouble" data-trouble="interrupted">
        {text.troubles.resuming.short(trouble.from.attemptId)}
      </span>
    );
  }
  if (state === 'failed' && failure) {
    return (
      <span className="wait wait-failed" data-testid="trouble" data-trouble={trouble?.kind}>
        <span className="clip">{text.failures[failure.code].title}</span>
        {failure.retryAt !== null && (
          <span className="dim">
            <Until at={failure.retryAt} words={text.tasks.retriesAt} />
          </span>
        )}
      </span>
    );
  }
  if (state === 'review' && merge?.state === 'refused') {
    return <span className="wait wait-failed clip">{text.task.refused.title}</span>;
  }
  if (state === 'scheduled' && at !== null) {
    return (
      <span className="wait">
        <Until at={at} words={(when) => when} />
      </span>
    );
  }
  if (state === 'blocked') {
    const issues = blockers.map(({ ref }) => ref).join(', ');
    const words =
      issues === '' ? text.tasks.waitsFor(after.length) : text.events.waitsForIssues(issues);
    return <span className="wait clip">{words}</span>;
  }
  return null;
}

function Until({ at, words }: { readonly at: number; readonly words: (when: string) => string }) {
  const language = useLanguage();
  return words(useNowAs((now) => relative(at, now, language)));
}
