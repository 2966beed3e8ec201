/** The first task of each line, with what it needs and what keeps it there. */
import { IconStack2 } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { OutputOf } from '../../shared/contract.ts';
import { Empty } from '../components/Empty.tsx';
import { useData, useText } from '../context.ts';
import { selectTask } from '../store/selectors.ts';
import { PriorityMark } from '../tasks/PriorityMark.tsx';
import { WaitReason } from '../task/why/WaitReason.tsx';

type Queue = OutputOf<'queue.get'>;

export interface NextInLineProps {
  readonly next: Queue['next'];
  /** Lines beyond those. */
  readonly more: number;
}

export function NextInLine({ next, more }: NextInLineProps) {
  const { next: words } = useText().queue;
  return (
    <section className="queue-card panel" aria-labelledby="queue-next" data-testid="queue-next">
      <h2 id="queue-next">{words.title}</h2>
      {next.length === 0 ? (
        <Empty icon={<IconStack2 size={26} />} title={words.none}>
          <p>{words.noneText}</p>
        </Empty>
      ) : (
        <>
          <p className="dim">{words.lead}</p>
          <ol className="queue-lines">
            {next.map((line) => (
              <Line key={line.taskId} line={line} />
            ))}
          </ol>
          {more > 0 && <p className="dim">{words.more(more)}</p>}
        </>
      )}
    </section>
  );
}

function Line({ line: { taskId, demand, reason } }: { readonly line: Queue['next'][number] }) {
  const { next: words } = useText().queue;
  const task = useData(selectTask(taskId));
  return (
    <li>
      <div className="queue-line-head">
        {task && <PriorityMark priority={task.priority} />}
        <Link to={`/tasks/${taskId}/why`} className="clip" title={task?.title}>
          <span className="mono faint">{taskId}</span> {task?.title}
        </Link>
        <span className="mono faint clip queue-demand" title={words.line}>
          {demand}
        </span>
      </div>
      <div className="queue-why">
        {reason ? <WaitReason wait={reason} /> : <p className="dim">{words.soon}</p>}
      </div>
    </li>
  );
}
