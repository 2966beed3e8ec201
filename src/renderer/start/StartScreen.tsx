/** An empty workshop: what Koubou is, and the form of the first task. */
import { IconEye, IconGitPullRequest, IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { Navigate, useNavigate } from 'react-router';
import { CopyLine } from '../components/CopyLine.tsx';
import { Mark } from '../components/Mark.tsx';
import { useData, useText } from '../context.ts';
import { selectHasTasks, selectOnlyTask } from '../store/selectors.ts';
import { NewTaskForm } from './NewTaskForm.tsx';
import './start.css';

const STEP_ICONS = [IconPencil, IconEye, IconGitPullRequest] as const;

export function StartScreen() {
  const { start } = useText();
  const navigate = useNavigate();
  const hasTasks = useData(selectHasTasks);
  const only = useData(selectOnlyTask);
  const [hadTasks] = useState(hasTasks);
  const [isTouched, setTouched] = useState(false);
  // The first task came from elsewhere (the demo, the command line), and nobody is typing here.
  if (hasTasks && !hadTasks && !isTouched) {
    return <Navigate to={only === undefined ? '/tasks' : `/tasks/${only}`} replace />;
  }
  return (
    <div className="start" data-testid="start-screen">
      <section className="start-intro">
        <Mark size={52} />
        <h1>{start.lead}</h1>
        <p className="start-text">{start.text}</p>
        <ol className="start-steps">
          {start.steps.map((step, index) => {
            const Icon = STEP_ICONS[index] ?? IconPencil;
            return (
              <li key={step.title}>
                <Icon size={17} aria-hidden="true" />
                <div>
                  <strong>{step.title}</strong>
                  <span>{step.text}</span>
                </div>
              </li>
            );
          })}
        </ol>
        <div className="start-demo">
          <p>
            <strong>{start.demoTitle}</strong> {start.demoText}
          </p>
          <CopyLine text={start.demoCommand} />
        </div>
      </section>
      <section className="start-form panel" aria-labelledby="start-form-title">
        <h2 id="start-form-title">{hasTasks ? start.form.title : start.form.first}</h2>
        <NewTaskForm
          onTouched={() => setTouched(true)}
          onCreated={(task) => void navigate(`/tasks/${task.id}`)}
        />
      </section>
    </div>
  );
}
