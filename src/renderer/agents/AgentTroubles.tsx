/** What is the matter with a machine: that it cannot be reached, and each of its own troubles with what it says. */
import { IconAlertTriangle, IconInfoCircle, IconPlugConnectedX } from '@tabler/icons-react';
import type { Agent } from '../../shared/domain/agent.ts';
import { CONDITIONS, type Condition } from '../../shared/domain/condition.ts';
import { Countdown } from '../components/Countdown.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useText } from '../context.ts';
import { useAwayAt } from './use-away-at.ts';

export function AgentTroubles({ agent }: { readonly agent: Agent }) {
  const awayAt = useAwayAt(agent);
  // What an agent that is offline said last may have passed.
  const conditions = agent.connected ? agent.conditions : [];
  if (awayAt === null && conditions.length === 0) return null;
  return (
    <ul className="tile-troubles">
      {awayAt !== null && <Away at={awayAt} hasWork={agent.running.length > 0} />}
      {conditions.map((condition) => (
        <ConditionLine key={condition.kind} condition={condition} />
      ))}
    </ul>
  );
}

function Away({ at, hasWork }: { readonly at: number; readonly hasWork: boolean }) {
  const { reconnecting } = useText().troubles;
  return (
    <li data-tone="amber" data-testid="agent-reconnecting">
      <IconPlugConnectedX size={15} aria-hidden="true" />
      <span>
        {hasWork ? (
          <Countdown until={at} words={reconnecting.tile} after={reconnecting.tileNow} />
        ) : (
          reconnecting.tileIdle
        )}
      </span>
    </li>
  );
}

function ConditionLine({ condition: { kind, message, since } }: { readonly condition: Condition }) {
  const { conditions, since: sinceWords } = useText().troubles;
  const { blocking } = CONDITIONS[kind];
  const Icon = blocking ? IconAlertTriangle : IconInfoCircle;
  const words = conditions[kind];
  return (
    <li data-tone={blocking ? 'red' : 'amber'} data-testid="agent-condition" data-kind={kind}>
      <Icon size={15} aria-hidden="true" />
      <span>
        <strong>{words.short}</strong> {words.agent} <span className="dim">{message}</span>{' '}
        <span className="faint">
          <RelativeTime at={since} words={sinceWords} />
        </span>
      </span>
    </li>
  );
}
