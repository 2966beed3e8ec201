/** What an agent works on now. */
import { Link } from 'react-router';
import type { Agent } from '../../shared/domain/agent.ts';
import { isBlocked } from '../../shared/domain/condition.ts';
import { taskIdOfAttempt, type AttemptId } from '../../shared/ids.ts';
import { Elapsed } from '../components/Elapsed.tsx';
import { useData, useText } from '../context.ts';
import { selectAttempt, selectTask } from '../store/selectors.ts';

/** The rest is a number. */
const MOST_SHOWN = 3;

export function AgentWork({ agent }: { readonly agent: Agent }) {
  const { agents } = useText();
  if (!agent.connected && agent.running.length === 0) return null;
  const takesNone = agent.draining || agent.resting !== null || isBlocked(agent.conditions);
  return (
    <section className="tile-work" aria-label={agents.tasks}>
      {agent.running.length === 0 && (
        <p className="faint">{takesNone ? agents.takesNone : agents.noTasks}</p>
      )}
      {agent.running.slice(0, MOST_SHOWN).map((id) => (
        <WorkLine key={id} attemptId={id} />
      ))}
      {agent.running.length > MOST_SHOWN && (
        <p className="faint">{agents.more(agent.running.length - MOST_SHOWN)}</p>
      )}
    </section>
  );
}

function WorkLine({ attemptId }: { readonly attemptId: AttemptId }) {
  const { phases } = useText();
  const taskId = taskIdOfAttempt(attemptId);
  const task = useData(selectTask(taskId));
  const attempt = useData(selectAttempt(attemptId));
  const phase = attempt?.phases.findLast((run) => run.endedAt === null)?.phase;
  return (
    <Link className="work-line" to={`/tasks/${taskId}/terminal`} data-state={task?.state}>
      <span className="work-dot" aria-hidden="true" />
      <span className="mono faint">{taskId}</span>
      <span className="clip">{task?.title}</span>
      <span className="dim work-phase">{phase && phases[phase]}</span>
      <span className="faint">
        {attempt && (
          <Elapsed since={attempt.startedAt ?? attempt.assignedAt} until={attempt.endedAt} />
        )}
      </span>
    </Link>
  );
}
