/** The checks of an agent's health: each with how it stands, since when, and what to do about it. */
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconHelpCircle,
  IconInfoCircle,
} from '@tabler/icons-react';
import type { Agent } from '../../../shared/domain/agent.ts';
import type { Point } from '../../components/charts/series.ts';
import { useNow } from '../../components/now.ts';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { useData, useText } from '../../context.ts';
import type { Text } from '../../i18n/en.ts';
import {
  selectAgentVitals,
  selectHeardAt,
  selectIsTunnelled,
  selectRollout,
} from '../../store/selectors.ts';
import type { Verdict } from './checks.ts';
import { healthChecks, isCondition, overallOf, type HealthCheck } from './health.ts';
import type { Measure } from './past.ts';

const ICONS = {
  good: IconCircleCheck,
  note: IconInfoCircle,
  bad: IconAlertTriangle,
  unknown: IconHelpCircle,
} as const satisfies Record<Verdict, unknown>;

export interface HealthListProps {
  readonly agent: Agent;
  readonly points: (measure: Measure) => readonly Point[];
}

export function HealthList({ agent, points }: HealthListProps) {
  const text = useText();
  const { id } = agent;
  const vitals = useData(selectAgentVitals(id));
  const heardAt = useData(selectHeardAt(id));
  const newest = useData(selectRollout);
  const isTunnelled = useData(selectIsTunnelled(id));
  const now = useNow();
  const checks = healthChecks(agent, { vitals, heardAt, newest, isTunnelled, points, now });
  const overall = overallOf(checks);
  const Icon = ICONS[overall];
  const { health } = text.fleet;
  return (
    <section className="agent-health panel" aria-label={health.title} data-testid="health-checks">
      <header data-verdict={overall}>
        <h2>{health.title}</h2>
        <span className="agent-health-overall" data-testid="health-overall" data-verdict={overall}>
          <Icon size={15} aria-hidden="true" />
          {health.overall[overall]}
        </span>
      </header>
      <ul>
        {checks.map((check) => (
          <CheckLine key={check.check} check={check} />
        ))}
      </ul>
    </section>
  );
}

function CheckLine({ check }: { readonly check: HealthCheck }) {
  const text = useText();
  const { verdict, since } = check;
  const { health } = text.fleet;
  const { name, says, todo } = wordsOf(check, text);
  const Icon = ICONS[verdict];
  const needsWords = verdict === 'note' || verdict === 'bad';
  return (
    <li data-verdict={verdict} data-check={check.check}>
      <Icon size={16} aria-label={health.verdicts[verdict]} />
      <div>
        <p className="agent-health-line">
          <span className="agent-health-name">{name}</span>
          <span className="agent-health-says">{says}</span>
        </p>
        {needsWords && <p className="agent-health-todo dim">{todo}</p>}
      </div>
      {since !== null && verdict !== 'good' && (
        <span className="faint agent-health-since">
          <RelativeTime at={since} words={health.since} />
        </span>
      )}
    </li>
  );
}

function wordsOf(
  { check, verdict, found }: HealthCheck,
  { fleet, troubles }: Text,
): { readonly name: string; readonly says: string; readonly todo: string } {
  if (isCondition(check)) {
    const words = troubles.conditions[check];
    return { name: words.short, says: words.agent, todo: found };
  }
  const { name, says, todo } = fleet.health.checks[check];
  return { name, says: says[verdict](found), todo: verdict === 'bad' ? todo.bad : todo.note };
}
