/** The workshop in one line of words: “2 agents, 1 task running, 1 needs your review”. */
import { useMemo } from 'react';
import { useData, useText, useUi } from '../context.ts';
import type { Text } from '../i18n/en.ts';
import {
  healthOf,
  selectAgents,
  selectCounts,
  selectIsLoaded,
  selectIsPaused,
  selectLink,
  type Health,
} from '../store/selectors.ts';

export function HealthLine() {
  const text = useText();
  const isLoaded = useData(selectIsLoaded);
  const agents = useData(selectAgents);
  const counts = useData(selectCounts);
  const isPaused = useData(selectIsPaused);
  const link = useUi(selectLink);
  const health = useMemo(() => healthOf({ agents, counts }), [agents, counts]);
  if (!isLoaded) return <div className="health" data-mood="unknown" />;
  const words = wordsOf(health, text);
  if (isPaused) words.push(text.header.paused);
  return (
    <div
      className="health"
      data-mood={link === 'open' ? moodOf(health) : 'unknown'}
      data-testid="health"
      role="status"
    >
      <span className="health-dot" aria-hidden="true" />
      <span className="clip num">{text.health.join(words)}</span>
    </div>
  );
}

function wordsOf({ agents, running, waiting, review, failed }: Health, { health }: Text): string[] {
  const words = [health.agents(agents)];
  if (running > 0) words.push(health.running(running));
  if (waiting > 0) words.push(health.waiting(waiting));
  if (review > 0) words.push(health.review(review));
  if (failed > 0) words.push(health.failed(failed));
  if (words.length === 1) words.push(health.idle);
  return words;
}

function moodOf({ agents, review }: Health): 'away' | 'attention' | 'good' {
  if (agents === 0) return 'away';
  return review > 0 ? 'attention' : 'good';
}
