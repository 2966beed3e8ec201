/** One task: what it is, how it fares, and what can be done with it. */
import { Loader } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useLocation, useNavigate, useParams } from 'react-router';
import type { Task } from '../../shared/domain/task.ts';
import { TaskId } from '../../shared/ids.ts';
import type { CallError } from '../client/call.ts';
import { Empty } from '../components/Empty.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useApp, useData } from '../context.ts';
import { Connecting } from '../shell/Connecting.tsx';
import { NotFound } from '../shell/NotFound.tsx';
import { selectIsLoaded, selectTask } from '../store/selectors.ts';
import { Facts } from './Facts.tsx';
import { Notices } from './notices/Notices.tsx';
import { tabIn, TABS } from './tabs.ts';
import { TabPanel } from './TabPanel.tsx';
import { Tabs } from './Tabs.tsx';
import { TakeOverPanel } from './takeover/TakeOverPanel.tsx';
import './task.css';
import { TaskHeader } from './TaskHeader.tsx';

export function TaskScreen() {
  const params = useParams();
  const id = TaskId.safeParse(params['id']);
  const isLoaded = useData(selectIsLoaded);
  if (!id.success) return <NotFound />;
  if (!isLoaded) return <Connecting />;
  return <LoadedTask key={id.data} id={id.data} tab={params['tab']} />;
}

function LoadedTask({ id, tab }: { readonly id: TaskId; readonly tab: string | undefined }) {
  const { session } = useApp();
  const task = useData(selectTask(id));
  const [error, setError] = useState<CallError | null>(null);
  useEffect(() => {
    const close = session.watchTimeline(id);
    let isCurrent = true;
    void session.loadTask(id).then((answer) => {
      if (isCurrent && !answer.ok) setError(answer.error);
    });
    return () => {
      isCurrent = false;
      close();
    };
  }, [session, id]);
  if (task) return <TaskView task={task} tab={tab} />;
  if (error) return <div className="task-error">{<ErrorNote error={error} />}</div>;
  return <Empty isScreen icon={<Loader size="sm" />} title={id} />;
}

function TaskView({ task, tab }: { readonly task: Task; readonly tab: string | undefined }) {
  const navigate = useNavigate();
  const { search } = useLocation();
  const open = tabIn(tab);
  useHotkeys([
    ...TABS.map((name, index): [string, () => void] => [
      String(index + 1),
      () => void navigate({ pathname: `/tasks/${task.id}/${name}`, search }, { replace: true }),
    ]),
    ['Escape', () => void navigate('/tasks')],
  ]);
  return (
    <article className="task" aria-label={task.title}>
      <TaskHeader task={task} />
      <Notices task={task} />
      <TakeOverPanel task={task} />
      <div className="task-body">
        <div className="task-main">
          <Tabs task={task} open={open} />
          <TabPanel task={task} open={open} />
        </div>
        <Facts task={task} />
      </div>
    </article>
  );
}
