/** Which attempt of a task is looked at: the one of its moment, else the newest. Nothing to choose while there is one. */
import { Select } from '@mantine/core';
import { useMemo } from 'react';
import type { Attempt } from '../../shared/domain/attempt.ts';
import type { Task } from '../../shared/domain/task.ts';
import { useData, useText } from '../context.ts';
import { attemptsOf, selectAttempts } from '../store/selectors.ts';
import { useMoment } from './moment.ts';

/** All attempts of a task, oldest first, and the one that is looked at. */
export function useAttempts(task: Task): {
  readonly attempts: readonly Attempt[];
  readonly attempt: Attempt | undefined;
} {
  const all = useData(selectAttempts);
  const attempts = useMemo(() => attemptsOf(all, task.id), [all, task.id]);
  const [moment] = useMoment();
  return {
    attempts,
    attempt: attempts.find(({ id }) => id === moment.attemptId) ?? attempts.at(-1),
  };
}

export function AttemptChooser({ task }: { readonly task: Task }) {
  const { review } = useText();
  const { attempts, attempt } = useAttempts(task);
  const [, setMoment] = useMoment();
  if (!attempt || attempts.length < 2) return null;
  return (
    <Select
      size="xs"
      w={120}
      aria-label={review.chooseAttempt}
      data={attempts.map(({ id, ordinal }) => ({ value: id, label: review.attempt(ordinal) }))}
      value={attempt.id}
      onChange={(id) => {
        const chosen = attempts.find((other) => other.id === id);
        if (chosen) setMoment({ attemptId: chosen.id, at: null });
      }}
      data-testid="choose-attempt"
    />
  );
}
