/** The saved views, under the tasks in the sidebar. */
import { useText } from '../../context.ts';
import { useViews } from './use-views.ts';
import { ViewItem } from './ViewItem.tsx';
import './views.css';

export function SavedViews() {
  const { taskList } = useText();
  const { views, change } = useViews();
  if (views.length === 0) return null;
  return (
    <ul className="views" aria-label={taskList.views.title}>
      {views.map((view, index) => (
        <ViewItem
          key={view.id}
          view={view}
          isFirst={index === 0}
          isLast={index === views.length - 1}
          change={change}
        />
      ))}
    </ul>
  );
}
