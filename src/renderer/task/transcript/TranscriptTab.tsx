/** What the engine said and did in an attempt, as it happens. A command has no transcript: its terminal has it all. */
import { Button, Loader } from '@mantine/core';
import { IconMessages } from '@tabler/icons-react';
import { Link } from 'react-router';
import { isAttemptEnd, type Attempt } from '../../../shared/domain/attempt.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { Empty } from '../../components/Empty.tsx';
import { useText } from '../../context.ts';
import { AttemptChooser, useAttempts } from '../AttemptChooser.tsx';
import './transcript.css';
import { TranscriptView } from './TranscriptView.tsx';
import { useTranscript } from './use-transcript.ts';

export function TranscriptTab({ task }: { readonly task: Task }) {
  const { transcript: words } = useText().review;
  const { attempt } = useAttempts(task);
  if (task.engine.kind === 'command') {
    return (
      <Empty icon={<IconMessages size={26} />} title={words.command}>
        <p>{words.commandText}</p>
        <Button component={Link} to={`/tasks/${task.id}/terminal`} variant="default">
          {words.openTerminal}
        </Button>
      </Empty>
    );
  }
  if (!attempt) return <Empty icon={<IconMessages size={26} />} title={words.none} />;
  return <OpenTranscript key={attempt.id} task={task} attempt={attempt} />;
}

function OpenTranscript({ task, attempt }: { readonly task: Task; readonly attempt: Attempt }) {
  const { review, common } = useText();
  const transcript = useTranscript(attempt.id);
  const isOver = isAttemptEnd(attempt.state);
  if (transcript.entries.length > 0) {
    const chooser = <AttemptChooser task={task} />;
    return <TranscriptView attempt={attempt} transcript={transcript} chooser={chooser} />;
  }
  const { transcript: words } = review;
  const isLoading = isOver && !transcript.isWhole;
  return (
    <>
      <div className="transcript-bar">
        <AttemptChooser task={task} />
      </div>
      {isLoading ? (
        <Empty icon={<Loader size="sm" />} title={common.loading} />
      ) : (
        <Empty icon={<IconMessages size={26} />} title={isOver ? words.wasEmpty : words.empty} />
      )}
    </>
  );
}
