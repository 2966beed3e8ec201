/** How many tasks are in which state: a bar, and a count for each that leads to them. */
import { Link } from 'react-router';
import { TASK_STATES, type TaskState } from '../../shared/domain/task.ts';
import { useCalmData, useLanguage, useText } from '../context.ts';
import { whole } from '../format/size.ts';
import { groupOf } from '../store/groups.ts';
import { selectCounts } from '../store/selectors.ts';

export function StateBar() {
  const { overview, states } = useText();
  const language = useLanguage();
  const counts = useCalmData(selectCounts);
  const found = TASK_STATES.map((state) => ({ state, count: counts[state] ?? 0 }));
  // What is done would leave no room for what is not.
  const open = found.filter(({ state, count }) => count > 0 && groupOf(state) !== 'done');
  const all = open.reduce((sum, { count }) => sum + count, 0);
  return (
    <section className="ov-states panel" aria-labelledby="ov-states">
      <header className="ov-head">
        <h2 id="ov-states">{overview.states.title}</h2>
        <span className="faint num">
          {all === 0 ? overview.states.none : overview.states.open(all)}
        </span>
      </header>
      <div className="ov-bar" aria-hidden="true">
        {open.map(({ state, count }) => (
          <span key={state} data-state={state} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul className="ov-legend">
        {found
          .filter(({ state, count }) => count > 0 || ALWAYS.has(state))
          .map(({ state, count }) => (
            <li key={state}>
              <Link to={`/tasks?state=${state}`} data-state={state} data-testid="overview-state">
                <span className="ov-dot" aria-hidden="true" />
                <span className="dim">{states[state]}</span>
                <strong className="num">{whole(count, language)}</strong>
              </Link>
            </li>
          ))}
      </ul>
    </section>
  );
}

/** In their place also when there are none, so that nothing jumps with the first task. */
const ALWAYS: ReadonlySet<TaskState> = new Set([
  'queued',
  'in_progress',
  'testing',
  'review',
  'failed',
  'completed',
]);
