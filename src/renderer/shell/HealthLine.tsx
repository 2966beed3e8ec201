/** The workshop in one line of words: “2 agents, 1 task running, 1 needs your review”. */
import { Tooltip } from '@mantine/core';
import { useMemo } from 'react';
import { isBlocked, type Condition } from '../../shared/domain/condition.ts';
import { useData, useText, useUi } from '../context.ts';
import type { Text } from '../i18n/en.ts';
import {
  healthOf,
  selectAgents,
  selectAskingCount,
  selectConditions,
  selectCounts,
  selectIsLoaded,
  selectIsPaused,
  selectLink,
  type Health,
} from '../store/selectors.ts';

/** @param props.isFolded the words are shown on hover and read aloud, but take no room */
export function HealthLine({ isFolded }: { readonly isFolded: boolean }) {
  const text = useText();
  const isLoaded = useData(selectIsLoaded);
  const agents = useData(selectAgents);
  const counts = useData(selectCounts);
  const asking = useData(selectAskingCount);
  const isPaused = useData(selectIsPaused);
  const conditions = useData(selectConditions);
  const link = useUi(selectLink);
  const health = useMemo(() => healthOf({ agents, counts }), [agents, counts]);
  if (!isLoaded) return <div className="health" data-mood="unknown" />;
  const words = wordsOf(health, text);
  if (asking > 0) words.push(text.hosts.attention.health(asking));
  if (isPaused) words.push(text.header.paused);
  for (const { kind } of conditions) words.push(text.troubles.conditions[kind].short);
  const line = text.health.join(words);
  return (
    <Tooltip label={line} position="right" disabled={!isFolded} multiline maw={280}>
      <div
        className="health"
        data-mood={link === 'open' ? moodOf(health, conditions, asking) : 'unknown'}
        data-testid="health"
        role="status"
        title={isFolded ? undefined : line}
      >
        <span className="health-dot" aria-hidden="true" />
        <span className={isFolded ? 'unseen' : 'health-words num'}>{line}</span>
      </div>
    </Tooltip>
  );
}

function wordsOf(
  { agents, reconnecting, running, waiting, review, failed }: Health,
  { health, troubles }: Text,
): string[] {
  const words = [health.agents(agents)];
  if (reconnecting > 0) words.push(troubles.health.reconnecting(reconnecting));
  if (running > 0) words.push(health.running(running));
  if (waiting > 0) words.push(health.waiting(waiting));
  if (review > 0) words.push(health.review(review));
  if (failed > 0) words.push(health.failed(failed));
  if (words.length === 1) words.push(health.idle);
  return words;
}

function moodOf(
  { agents, reconnecting, review }: Health,
  conditions: readonly Condition[],
  asking: number,
): 'away' | 'attention' | 'good' {
  if (agents === 0 || isBlocked(conditions)) return 'away';
  return review + reconnecting + conditions.length + asking > 0 ? 'attention' : 'good';
}
