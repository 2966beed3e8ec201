/** What people said about earlier attempts. */
import type { Feedback } from '../../shared/domain/task.ts';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useText } from '../context.ts';

export function Feedbacks({ feedback }: { readonly feedback: readonly Feedback[] }) {
  const { review, task } = useText();
  const { facts } = task;
  return (
    <section>
      <h2>{facts.feedback}</h2>
      <ul className="feedbacks">
        {feedback.toReversed().map((entry) => (
          <li key={`${entry.at} ${entry.attemptId}`}>
            {entry.comment !== '' && <p>{entry.comment}</p>}
            {entry.comments && (
              <p className="dim">{review.changes.review(entry.comments.length)}</p>
            )}
            <span className="faint">
              {entry.by} · <RelativeTime at={entry.at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
