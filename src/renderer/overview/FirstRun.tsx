/** A workshop in which nothing was done yet: the three next steps. */
import { Button } from '@mantine/core';
import { IconDeviceDesktopPlus, IconGitPullRequest, IconPencil } from '@tabler/icons-react';
import { useNavigate } from 'react-router';
import { Mark } from '../components/Mark.tsx';
import { useApp, useText } from '../context.ts';

const ICONS = [IconPencil, IconDeviceDesktopPlus, IconGitPullRequest] as const;

export function FirstRun() {
  const { first } = useText().overview;
  const { ui } = useApp();
  const navigate = useNavigate();
  const acts = [
    () => ui.setState({ isNewTaskOpen: true }),
    () => ui.setState({ isAddingHosts: true }),
    () => void navigate('/guide'),
  ];
  return (
    <section className="ov-first panel" aria-labelledby="ov-first" data-testid="overview-first">
      <Mark size={40} />
      <h2 id="ov-first">{first.title}</h2>
      <p className="dim">{first.text}</p>
      <ol>
        {first.steps.map((step, index) => {
          const Icon = ICONS[index] ?? IconPencil;
          return (
            <li key={step.title}>
              <Icon size={18} aria-hidden="true" />
              <strong>{step.title}</strong>
              <span className="dim">{step.text}</span>
              <Button variant={index === 0 ? 'filled' : 'default'} onClick={acts[index]}>
                {step.go}
              </Button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
