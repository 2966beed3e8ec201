/** The terminal of an attempt, at the moment of the task. The newest attempt shows unless another is chosen. */
import { Select } from '@mantine/core';
import { IconTerminal2 } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Task } from '../../../shared/domain/task.ts';
import { Empty } from '../../components/Empty.tsx';
import { useData, useText } from '../../context.ts';
import { attemptsOf, selectAttempts } from '../../store/selectors.ts';
import { useMoment } from '../moment.ts';
import { TerminalView } from './TerminalView.tsx';

export function TerminalTab({ task }: { readonly task: Task }) {
  const text = useText();
  const all = useData(selectAttempts);
  const attempts = useMemo(() => attemptsOf(all, task.id), [all, task.id]);
  const [moment, setMoment] = useMoment();
  const attempt = attempts.find(({ id }) => id === moment.attemptId) ?? attempts.at(-1);
  if (!attempt) {
    return <Empty icon={<IconTerminal2 size={26} />} title={text.task.terminal.none} />;
  }
  const chooser = attempts.length > 1 && (
    <Select
      size="xs"
      w={130}
      aria-label={text.task.terminal.attempt}
      data={attempts.map(({ id, ordinal }) => ({
        value: id,
        label: text.task.timeline.attempt(ordinal),
      }))}
      value={attempt.id}
      onChange={(id) => {
        const chosen = attempts.find((other) => other.id === id);
        if (chosen) setMoment({ attemptId: chosen.id, at: null });
      }}
    />
  );
  return (
    <TerminalView
      key={attempt.id}
      attempt={attempt}
      chooser={chooser}
      at={moment.at}
      onMoment={(at) =>
        // The newest need not be named while it is seen as it is now.
        setMoment({ attemptId: at === null ? moment.attemptId : attempt.id, at })
      }
    />
  );
}
