/** What waits for a person, each with the one thing to do about it. */
import { Button } from '@mantine/core';
import { IconMoodCheck } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { Empty } from '../components/Empty.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useCall } from '../components/use-call.ts';
import { useApp, useCalmData, useText } from '../context.ts';
import type { Data } from '../store/data.ts';
import { selectTasks } from '../store/selectors.ts';
import { needsOf, type Need } from './needs.ts';

const MOST_SHOWN = 6;
const selectHosts = ({ hosts }: Data) => hosts;

export function NeedsYou() {
  const { needs: words } = useText().overview;
  const { data } = useApp();
  const tasks = useCalmData(selectTasks);
  const hosts = useCalmData(selectHosts);
  const { shown, count } = useMemo(
    () => needsOf({ live: { ...data.getState().live, tasks }, hosts }, MOST_SHOWN),
    [data, tasks, hosts],
  );
  return (
    <section className="ov-needs panel" aria-labelledby="ov-needs">
      <header className="ov-head">
        <h2 id="ov-needs">{words.title}</h2>
        {count > 0 && <span className="ov-count num">{count}</span>}
        {count > shown.length && (
          <Link className="ov-more" to="/tasks">
            {words.more(count - shown.length)}
          </Link>
        )}
      </header>
      {count === 0 ? (
        <Empty icon={<IconMoodCheck size={24} />} title={words.none}>
          <p>{words.noneText}</p>
        </Empty>
      ) : (
        <ul className="ov-list">
          {shown.map((need) => (
            <li key={`${need.kind} ${need.id}`} data-testid="overview-need" data-kind={need.kind}>
              {need.kind === 'asking' ? <Asking need={need} /> : <TaskNeed need={need} />}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Asking({ need }: { readonly need: Extract<Need, { kind: 'asking' }> }) {
  const { needs: words } = useText().overview;
  return (
    <>
      <span className="ov-dot" data-state="review" aria-hidden="true" />
      <span className="ov-need-text">
        <span className="clip">{need.target}</span>
        <span className="faint clip">{words.asks}</span>
      </span>
      <Button component={Link} to="/agents" size="compact-xs" variant="light">
        {words.answer}
      </Button>
    </>
  );
}

function TaskNeed({ need }: { readonly need: Extract<Need, { kind: 'review' | 'failed' }> }) {
  const text = useText();
  const { needs: words } = text.overview;
  const { kind, task } = need;
  const retry = useCall('tasks.retry');
  const tab = kind === 'review' ? 'changes' : 'timeline';
  const why = task.failure ? text.failures[task.failure.code].title : '';
  return (
    <>
      <span className="ov-dot" data-state={kind} aria-hidden="true" />
      <span className="ov-need-text">
        <Link className="clip" to={`/tasks/${task.id}/${tab}`}>
          {task.title}
        </Link>
        <span className="faint clip">
          <span className="mono">{task.id}</span> · {kind === 'failed' ? why : text.states.review} ·{' '}
          <RelativeTime at={task.updatedAt} />
        </span>
      </span>
      {kind === 'review' ? (
        <Button
          component={Link}
          to={`/tasks/${task.id}/changes`}
          size="compact-xs"
          variant="light"
          aria-label={text.shell.act(words.review, task.title)}
        >
          {words.review}
        </Button>
      ) : (
        <Button
          size="compact-xs"
          variant="default"
          loading={retry.isBusy}
          onClick={() => void retry.run({ id: task.id })}
          aria-label={text.shell.act(words.retry, task.title)}
        >
          {words.retry}
        </Button>
      )}
      {retry.error && <ErrorNote error={retry.error} />}
    </>
  );
}
