/** An empty workshop: what Koubou is, and the form of the first task. */
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { Mark } from '../components/Mark.tsx';
import { Redirect } from '../components/Redirect.tsx';
import { useData, useText } from '../context.ts';
import { selectHasTasks, selectOnlyTask } from '../store/selectors.ts';
import { Guide } from '../guide/Guide.tsx';
import { useSteps } from '../guide/use-steps.ts';
import { NewTaskForm } from './NewTaskForm.tsx';
import './start.css';
import { Allowed, OnlyFor } from '../people/Allowed.tsx';
import { useMay } from '../people/use-may.ts';

export function StartScreen() {
  const { start } = useText();
  const navigate = useNavigate();
  const steps = useSteps();
  const mayOrder = useMay('operate');
  const hasTasks = useData(selectHasTasks);
  const only = useData(selectOnlyTask);
  const [hadTasks] = useState(hasTasks);
  const [isTouched, setTouched] = useState(false);
  // The first task came from elsewhere (the demo, the command line), and nobody is typing here.
  if (hasTasks && !hadTasks && !isTouched) {
    return <Redirect to={only === undefined ? '/tasks' : `/tasks/${only}`} />;
  }
  return (
    <div className="start" data-testid="start-screen">
      <section className="start-intro">
        <Mark size={52} />
        <h1>{start.lead}</h1>
        <p className="start-text">{start.text}</p>
        <Allowed needs="operate">
          <Guide steps={steps} hasForm />
        </Allowed>
      </section>
      <section className="start-form panel" aria-labelledby="start-form-title">
        <h2 id="start-form-title">{hasTasks ? start.form.title : start.form.first}</h2>
        {!mayOrder && <OnlyFor needs="operate" />}
        <Allowed needs="operate">
          <NewTaskForm
            onTouched={() => setTouched(true)}
            onCreated={(task) => void navigate(`/tasks/${task.id}`)}
          />
        </Allowed>
      </section>
    </div>
  );
}
