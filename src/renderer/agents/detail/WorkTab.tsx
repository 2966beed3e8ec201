/** What an agent works on, with the last lines of each terminal, and what it worked on before. */
import { Link } from 'react-router';
import type { Agent } from '../../../shared/domain/agent.ts';
import { taskIdOfAttempt, type AttemptId } from '../../../shared/ids.ts';
import type { OutputOf } from '../../../shared/contract.ts';
import { Elapsed } from '../../components/Elapsed.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StateChip } from '../../components/StateChip.tsx';
import { useData, useText } from '../../context.ts';
import { duration } from '../../format/time.ts';
import { selectAttempt, selectTask } from '../../store/selectors.ts';
import { TerminalPreview } from './TerminalPreview.tsx';
import { useLatestAttempts } from './use-latest-attempts.ts';

export function WorkTab({ agent }: { readonly agent: Agent }) {
  const { detail } = useText().fleet;
  const { running } = agent;
  return (
    <div className="agent-work">
      <section aria-labelledby="agent-running">
        <h2 id="agent-running">{detail.running}</h2>
        {running.length === 0 ? (
          <p className="faint agent-none">{detail.noneRunning}</p>
        ) : (
          <ul className="agent-terminals">
            {running.map((id) => (
              <RunningAttempt key={id} id={id} />
            ))}
          </ul>
        )}
      </section>
      <LatestAttempts agent={agent} />
    </div>
  );
}

function RunningAttempt({ id }: { readonly id: AttemptId }) {
  const text = useText();
  const taskId = taskIdOfAttempt(id);
  const task = useData(selectTask(taskId));
  const attempt = useData(selectAttempt(id));
  const phase = attempt?.phases.findLast((run) => run.endedAt === null)?.phase;
  const title = task?.title ?? taskId;
  return (
    <li className="agent-terminal panel" data-testid="agent-terminal">
      <header>
        {task && <StateChip state={task.state} label={text.states[task.state]} />}
        <Link className="clip" to={`/tasks/${taskId}/terminal`}>
          {title}
        </Link>
        <span className="dim">{phase && text.phases[phase]}</span>
        <span className="faint">
          {attempt && (
            <Elapsed since={attempt.startedAt ?? attempt.assignedAt} until={attempt.endedAt} />
          )}
        </span>
      </header>
      <TerminalPreview attemptId={id} title={title} />
    </li>
  );
}

function LatestAttempts({ agent }: { readonly agent: Agent }) {
  const { detail } = useText().fleet;
  const { ended, error } = useLatestAttempts(agent);
  return (
    <section aria-labelledby="agent-latest">
      <h2 id="agent-latest">{detail.latest}</h2>
      {error && <ErrorNote error={error} />}
      {ended?.length === 0 && <p className="faint agent-none">{detail.noneYet}</p>}
      {ended && ended.length > 0 && (
        <ul className="agent-latest panel">
          {ended.map((one) => (
            <EndedAttempt key={one.attempt.id} {...one} />
          ))}
        </ul>
      )}
    </section>
  );
}

type Ended = OutputOf<'agents.attempts'>['attempts'][number];

function EndedAttempt({ attempt, task }: Ended) {
  const text = useText();
  const { taskId, ordinal, state, startedAt, endedAt, failure } = attempt;
  return (
    <li data-testid="agent-attempt">
      <StateChip state={state} label={text.attemptStates[state]} testId="attempt-state" />
      <Link className="clip" to={`/tasks/${taskId}/timeline`}>
        {task?.title ?? taskId}
      </Link>
      <span className="faint mono">
        {taskId} · {text.fleet.detail.attempt(ordinal)}
      </span>
      <span className="clip dim agent-attempt-why" title={failure?.message}>
        {failure && text.failures[failure.code].title}
      </span>
      <span className="faint num">
        {startedAt !== null && endedAt !== null && duration(endedAt - startedAt)}
      </span>
      <span className="faint">{endedAt !== null && <RelativeTime at={endedAt} />}</span>
    </li>
  );
}
