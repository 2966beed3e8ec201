/**
 * The terminals of a task, at its moment: of its attempts, and what was shown to those who took one over. The newest attempt
 * shows unless another is chosen.
 */
import { Select } from '@mantine/core';
import { IconTerminal2 } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { ConsoleId } from '../../../shared/console.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { Empty } from '../../components/Empty.tsx';
import { useData, useLanguage, useText } from '../../context.ts';
import { timeOfDay } from '../../format/time.ts';
import { attemptsOf, selectAttempts } from '../../store/selectors.ts';
import { useMoment } from '../moment.ts';
import { TerminalView } from './TerminalView.tsx';
import { useTakeOvers } from './use-take-overs.ts';

export function TerminalTab({ task }: { readonly task: Task }) {
  const text = useText();
  const language = useLanguage();
  const all = useData(selectAttempts);
  const attempts = useMemo(() => attemptsOf(all, task.id), [all, task.id]);
  const takeOvers = useTakeOvers(task.id, attempts);
  const [moment, setMoment] = useMoment();
  const [chosen, setChosen] = useState<ConsoleId | null>(null);
  const [chosenAt, setChosenAt] = useState<number | null>(null);
  const takeOver = takeOvers.find(({ id }) => id === chosen) ?? null;
  const attemptId = takeOver?.attemptId ?? moment.attemptId;
  const attempt = attempts.find(({ id }) => id === attemptId) ?? attempts.at(-1);
  const recorded = useMemo(() => attempt && { attempt, takeOver }, [attempt, takeOver]);
  if (!attempt || !recorded) {
    return <Empty icon={<IconTerminal2 size={26} />} title={text.task.terminal.none} />;
  }
  const choices = attempts.flatMap(({ id, ordinal }) => [
    { value: id, label: text.task.timeline.attempt(ordinal) },
    ...takeOvers
      .filter((one) => one.attemptId === id)
      .map(({ id: value, startedAt, by }) => ({
        value,
        label: text.player.takeOver(timeOfDay(startedAt, language), by),
      })),
  ]);
  const choose = (id: string | null): void => {
    const other = attempts.find((one) => one.id === id);
    setChosen(takeOvers.find((one) => one.id === id)?.id ?? null);
    setChosenAt(null);
    if (other) setMoment({ attemptId: other.id, at: null });
  };
  const chooser = choices.length > 1 && (
    <Select
      size="xs"
      w={takeOvers.length > 0 ? 240 : 130}
      aria-label={text.task.terminal.attempt}
      data={choices}
      value={takeOver?.id ?? attempt.id}
      onChange={choose}
      allowDeselect={false}
      data-testid="terminal-choice"
    />
  );
  return (
    <TerminalView
      key={takeOver?.id ?? attempt.id}
      recorded={recorded}
      chooser={chooser}
      at={takeOver ? chosenAt : moment.at}
      onMoment={(at) => {
        if (takeOver) return setChosenAt(at);
        // The newest need not be named while it is seen as it is now.
        setMoment({ attemptId: at === null ? moment.attemptId : attempt.id, at });
      }}
    />
  );
}
