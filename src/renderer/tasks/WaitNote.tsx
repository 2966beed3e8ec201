/** Why a task does not go on: its time, other tasks, a pause before the next try, or what failed. */
import type { Task } from '../../shared/domain/task.ts';
import { useNow } from '../components/now.ts';
import { useLanguage, useText } from '../context.ts';
import { relative } from '../format/time.ts';

export function WaitNote({ task }: { readonly task: Task }) {
  const text = useText();
  const { state, failure, at, after, merge } = task;
  if (state === 'failed' && failure) {
    return (
      <span className="wait wait-failed">
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
  if (state === 'blocked') return <span className="wait">{text.tasks.waitsFor(after.length)}</span>;
  return null;
}

function Until({ at, words }: { readonly at: number; readonly words: (when: string) => string }) {
  const language = useLanguage();
  return words(relative(at, useNow(), language));
}
