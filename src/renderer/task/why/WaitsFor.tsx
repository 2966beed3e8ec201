/** What a task waits for, since when, and how many are before it. */
import { IconHourglass } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Task } from '../../../shared/domain/task.ts';
import { Elapsed } from '../../components/Elapsed.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { useText } from '../../context.ts';
import { BlockerList } from '../pull/BlockerList.tsx';
import { useOutlook } from '../use-outlook.ts';
import { WaitReason } from './WaitReason.tsx';

export function WaitsFor({ task }: { readonly task: Task }) {
  const { why: text } = useText().review;
  const wait = useOutlook(task)?.wait;
  const title =
    task.state === 'blocked'
      ? text.blocked
      : task.state === 'scheduled'
        ? text.scheduled
        : text.waits;
  return (
    <section className="why-wait panel" data-testid="why-wait">
      <h2>
        <IconHourglass size={15} aria-hidden="true" />
        {title}
      </h2>
      {task.state === 'blocked' && task.after.length > 0 && (
        <p>
          {task.after.map((id) => (
            <Link key={id} className="facts-task mono" to={`/tasks/${id}`}>
              {id}
            </Link>
          ))}
        </p>
      )}
      {task.state === 'blocked' && <BlockerList blockers={task.blockers} />}
      {task.state === 'scheduled' && task.at !== null && (
        <p>
          <RelativeTime at={task.at} />
        </p>
      )}
      {task.state === 'queued' && wait && (
        <>
          {wait.reason ? <WaitReason wait={wait.reason} /> : <p>{text.soon}</p>}
          <p className="dim">
            {text.waitsFor} <Elapsed since={wait.since} until={null} />
            {wait.ahead !== null && wait.ahead > 0 && <> · {text.ahead(wait.ahead)}</>}
          </p>
        </>
      )}
    </section>
  );
}
