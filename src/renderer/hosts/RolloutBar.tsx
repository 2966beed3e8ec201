/** An update that goes over the fleet: how far it is, each agent, and holding it or sending it on. */
import { Button, Tooltip } from '@mantine/core';
import {
  IconChevronRight,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipForwardFilled,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { Rollout } from '../../shared/rollout.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useData, useText } from '../context.ts';
import type { Text } from '../i18n/en.ts';
import { selectAgentName, selectRollout } from '../store/selectors.ts';
import './rollout.css';
import { StateIcon } from './StateIcon.tsx';

/** Told once: one that is over is put away by whoever has seen it. */
export function RolloutBar() {
  const rollout = useData(selectRollout);
  const [seen, setSeen] = useState<number | null>(null);
  if (!rollout || rollout.state === 'none' || rollout.agents.length === 0) return null;
  const isOver = rollout.state === 'done';
  if (isOver && seen === rollout.startedAt) return null;
  return <Bar rollout={rollout} hide={isOver ? () => setSeen(rollout.startedAt) : null} />;
}

interface BarProps {
  readonly rollout: Rollout;
  readonly hide: (() => void) | null;
}

function Bar({ rollout, hide }: BarProps) {
  const { rollout: words } = useText().hosts;
  const [isOpen, setOpen] = useState(false);
  const pause = useCall('rollouts.pause');
  const resume = useCall('rollouts.resume');
  const { state, agents, message } = rollout;
  const done = agents.filter((agent) => agent.state === 'done').length;
  const failed = agents.find((agent) => agent.state === 'failed');
  const error = pause.error ?? resume.error;
  return (
    <section
      className="rollout panel"
      data-state={state}
      data-testid="rollout"
      aria-label={words.title}
    >
      <div className="rollout-head">
        <button
          type="button"
          className="run-toggle rollout-toggle"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <IconChevronRight className="run-chevron" size={15} aria-hidden="true" />
          <strong aria-live="polite">{titleOf(rollout, words)}</strong>
          <span className="dim num">{words.progress(done, agents.length)}</span>
        </button>
        <span className="rollout-track" aria-hidden="true">
          {agents.map((agent) => (
            <span key={agent.agentId} data-state={agent.state} />
          ))}
        </span>
        {state === 'running' && (
          <Button
            variant="default"
            leftSection={<IconPlayerPauseFilled size={13} />}
            loading={pause.isBusy}
            onClick={() => void pause.run({})}
            data-testid="rollout-pause"
          >
            {words.pause}
          </Button>
        )}
        {state === 'paused' && (
          <Button
            variant="light"
            leftSection={<IconPlayerPlayFilled size={13} />}
            loading={resume.isBusy}
            onClick={() => void resume.run({})}
            data-testid="rollout-resume"
          >
            {words.resume}
          </Button>
        )}
        {hide && (
          <Button variant="subtle" color="gray" onClick={hide}>
            {words.hide}
          </Button>
        )}
      </div>
      {state === 'stopped' && (
        <div className="rollout-stop" role="alert" data-testid="rollout-stopped">
          <div>
            {failed && <StoppedBy id={failed.agentId} />}
            <p>{message ?? failed?.why}</p>
          </div>
          <Tooltip label={words.pastHint}>
            <Button
              variant="light"
              color="yellow"
              leftSection={<IconPlayerSkipForwardFilled size={13} />}
              loading={resume.isBusy}
              onClick={() => void resume.run({})}
              data-testid="rollout-past"
            >
              {words.past}
            </Button>
          </Tooltip>
        </div>
      )}
      {isOpen && (
        <ul className="rollout-agents" aria-label={words.details}>
          {agents.map((agent) => (
            <AgentLine key={agent.agentId} agent={agent} />
          ))}
        </ul>
      )}
      {error && <ErrorNote error={error} />}
    </section>
  );
}

function StoppedBy({ id }: { readonly id: Rollout['agents'][number]['agentId'] }) {
  const { rollout: words } = useText().hosts;
  const name = useData(selectAgentName(id));
  return (
    <p>
      <strong>{words.stoppedWhy(name ?? id)}</strong>
    </p>
  );
}

function AgentLine({ agent }: { readonly agent: Rollout['agents'][number] }) {
  const { rollout: words } = useText().hosts;
  const name = useData(selectAgentName(agent.agentId));
  return (
    <li data-testid="rollout-agent" data-state={agent.state}>
      <StateIcon state={agent.state} size={15} />
      <strong className="clip">{name}</strong>
      <span className="rollout-state">{words.states[agent.state]}</span>
      <span className="dim">{agent.why}</span>
    </li>
  );
}

function titleOf({ state, version, agents }: Rollout, words: Text['hosts']['rollout']): string {
  switch (state) {
    case 'paused':
      return words.paused(version);
    case 'stopped':
      return words.stopped(version);
    case 'done': {
      const left = agents.filter((agent) => agent.state !== 'done').length;
      return left === 0 ? words.done(version) : words.doneSome(version, left);
    }
    case 'running':
    case 'none':
      return words.running(version);
  }
}
