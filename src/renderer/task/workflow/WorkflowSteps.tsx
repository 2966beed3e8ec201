/** The steps of the workflow that a task is one of, each with how far it is. From the coordinator, asked again while it shows. */
import { useMemo } from 'react';
import { Link } from 'react-router';
import type { OutputOf } from '../../../shared/contract.ts';
import type { Task, WorkflowStep } from '../../../shared/domain/task.ts';
import { isEnd } from '../../../shared/domain/task.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { StateChip } from '../../components/StateChip.tsx';
import { useAnswer } from '../../components/use-answer.ts';
import { useText } from '../../context.ts';
import { around } from './around.ts';
import './workflow.css';

export interface WorkflowStepsProps {
  readonly task: Task;
  readonly workflow: WorkflowStep;
}

const ASK_AGAIN_MS = 4_000;
/** A fan-out may be hundreds: those around this task. */
const MOST_SHOWN = 12;

export function WorkflowSteps({ task, workflow: { id, name } }: WorkflowStepsProps) {
  const { analysis } = useText();
  const { workflow: words } = analysis;
  const question = useMemo(() => ({ id }), [id]);
  const { value, error } = useAnswer('workflows.get', question, ASK_AGAIN_MS);
  const steps = value?.steps ?? [];
  const done = steps.filter(({ state }) => isEnd(state)).length;
  const at = steps.findIndex(({ taskId }) => taskId === task.id);
  const { before, shown, after } = around(steps, at, MOST_SHOWN);
  return (
    <section aria-labelledby="facts-workflow" data-testid="task-workflow">
      <div className="workflow-head">
        <h2 id="facts-workflow">{analysis.facts.workflow}</h2>
        <span className="faint num">{value && words.done(done, steps.length)}</span>
      </div>
      <p className="workflow-name">{name}</p>
      {error && <ErrorNote error={error} />}
      <ol className="workflow-steps">
        {before > 0 && <li className="faint">{words.before(before)}</li>}
        {shown.map((step) => (
          <Step key={step.taskId} step={step} isThis={step.taskId === task.id} />
        ))}
        {after > 0 && <li className="faint">{words.after(after)}</li>}
      </ol>
    </section>
  );
}

interface StepProps {
  readonly step: OutputOf<'workflows.get'>['steps'][number];
  readonly isThis: boolean;
}

function Step({ step: { step, taskId, title, state, after }, isThis }: StepProps) {
  const { states, analysis } = useText();
  return (
    <li data-testid="workflow-step" data-this={isThis} {...(isThis && { 'aria-current': 'step' })}>
      <Link to={`/tasks/${taskId}`} title={title} className="clip">
        {title}
      </Link>
      <span
        className="workflow-step-name faint clip mono"
        {...(after.length > 0 && { title: analysis.workflow.waitsFor(after.join(', ')) })}
      >
        {step}
      </span>
      <StateChip state={state} label={states[state]} testId="workflow-step-state" />
    </li>
  );
}
