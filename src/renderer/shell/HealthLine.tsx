/** The workshop in one line of words: “2 agents, 1 task running, 1 needs your review”. */
import { Tooltip } from '@mantine/core';
import { useMemo } from 'react';
import { isBlocked, type Condition } from '../../shared/domain/condition.ts';
import { useCalmData, useData, useText, useUi } from '../context.ts';
import {
  healthOf,
  selectAgents,
  selectAskingCount,
  selectConditions,
  selectCounts,
  selectIsLoaded,
  selectIsPaused,
  selectLink,
  selectStop,
  type Health,
} from '../store/selectors.ts';
import { healthWords } from './health-words.ts';

/** @param props.isFolded the words are shown on hover and read aloud, but take no room */
export function HealthLine({ isFolded }: { readonly isFolded: boolean }) {
  const text = useText();
  const isLoaded = useData(selectIsLoaded);
  const agents = useCalmData(selectAgents);
  const counts = useCalmData(selectCounts);
  const asking = useData(selectAskingCount);
  const isPaused = useData(selectIsPaused);
  const isStopped = useData(selectStop) !== null;
  const conditions = useData(selectConditions);
  const link = useUi(selectLink);
  const health = useMemo(() => healthOf({ agents, counts }), [agents, counts]);
  if (!isLoaded) return <Line isFolded={isFolded} mood="unknown" words={text.shell.notConnected} />;
  const words = healthWords(health, text);
  if (asking > 0) words.push(text.hosts.attention.health(asking));
  if (isStopped) words.unshift(text.emergency.health);
  if (isPaused) words.push(text.shell.queuePaused);
  for (const { kind } of conditions) words.push(text.troubles.conditions[kind].short);
  const line = text.health.join(words);
  if (link !== 'open') {
    return <Line isFolded={isFolded} mood="unknown" words={text.shell.lastKnown(line)} isKnown />;
  }
  const mood = isStopped ? 'away' : moodOf(health, conditions, asking, isPaused);
  return <Line isFolded={isFolded} mood={mood} words={line} isKnown />;
}

type Mood = 'away' | 'attention' | 'good' | 'unknown';

interface LineProps {
  readonly isFolded: boolean;
  readonly mood: Mood;
  readonly words: string;
  /** True once the workshop was heard of. */
  readonly isKnown?: boolean;
}

function Line({ isFolded, mood, words, isKnown = false }: LineProps) {
  return (
    <Tooltip label={words} position="right" disabled={!isFolded} multiline maw={280}>
      <div
        className="health"
        data-mood={mood}
        data-testid={isKnown ? 'health' : 'health-unknown'}
        role="status"
        title={isFolded ? undefined : words}
      >
        <span className="health-dot" aria-hidden="true" />
        <span className={isFolded ? 'unseen' : 'health-words num'}>{words}</span>
      </div>
    </Tooltip>
  );
}

function moodOf(
  { agents, reconnecting, review }: Health,
  conditions: readonly Condition[],
  asking: number,
  isPaused: boolean,
): Mood {
  if (agents === 0 || isBlocked(conditions)) return 'away';
  const waitsForSomebody = review + reconnecting + conditions.length + asking > 0;
  return waitsForSomebody || isPaused ? 'attention' : 'good';
}
