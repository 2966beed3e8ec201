/** The second thought about a task that is asked about from outside its screen, as the palette does. */
import { useEffect } from 'react';
import { useApp, useData, useUi } from '../context.ts';
import { selectAskedTask, selectTask } from '../store/selectors.ts';
import { CommentDialog } from '../task/CommentDialog.tsx';
import type { TaskId } from '../../shared/ids.ts';
import type { TaskAction } from '../task/actions.ts';

export function AskedTask() {
  const asked = useUi(selectAskedTask);
  return asked && <Asked key={asked.id} {...asked} />;
}

function Asked({ id, action }: { readonly id: TaskId; readonly action: TaskAction }) {
  const { session, ui } = useApp();
  const task = useData(selectTask(id));
  const isHeld = task !== undefined;
  useEffect(() => {
    if (!isHeld) void session.loadTask(id);
  }, [session, id, isHeld]);
  return (
    task && (
      <CommentDialog task={task} action={action} onClose={() => ui.setState({ askedTask: null })} />
    )
  );
}
