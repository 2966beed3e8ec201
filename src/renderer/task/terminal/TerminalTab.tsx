/** The terminal of an attempt, live or as recorded. The newest attempt shows unless another is chosen. */
import { Select } from '@mantine/core';
import { IconTerminal2 } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Task } from '../../../shared/domain/task.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import { Empty } from '../../components/Empty.tsx';
import { useData, useText } from '../../context.ts';
import { attemptsOf, selectAttempts } from '../../store/selectors.ts';
import { TerminalView } from './TerminalView.tsx';

export function TerminalTab({ task }: { readonly task: Task }) {
  const text = useText();
  const all = useData(selectAttempts);
  const attempts = useMemo(() => attemptsOf(all, task.id), [all, task.id]);
  const [chosen, setChosen] = useState<AttemptId | null>(null);
  const attempt = attempts.find(({ id }) => id === chosen) ?? attempts.at(-1);
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
      onChange={(id) => setChosen(attempts.find((other) => other.id === id)?.id ?? null)}
    />
  );
  return <TerminalView key={attempt.id} attempt={attempt} chooser={chooser} />;
}
