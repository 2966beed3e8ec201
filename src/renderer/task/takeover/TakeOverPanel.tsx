/** What shows while a task is taken over: by whom, since when, its console, and the way back. */
import { Button } from '@mantine/core';
import { IconArrowBackUp, IconHandGrab } from '@tabler/icons-react';
import type { Task } from '../../../shared/domain/task.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { useCall } from '../../components/use-call.ts';
import { useData, useText } from '../../context.ts';
import type { Text } from '../../i18n/en.ts';
import { LazyConsole } from '../../shell-session/LazyConsole.tsx';
import type { HeldConsole } from '../../store/consoles.ts';
import { selectAttempt, selectTaskConsole } from '../../store/selectors.ts';
import '../notices/notices.css';
import { Notice } from '../notices/Notice.tsx';
import './takeover.css';

export function TakeOverPanel({ task }: { readonly task: Task }) {
  const { consoles: text } = useText();
  const handBack = useCall('consoles.hand_back');
  const held = useData(selectTaskConsole(task.attemptId));
  const takenOver = useData(selectAttempt(task.attemptId))?.takenOver ?? null;
  const since = held?.console.openedAt ?? takenOver?.at;
  if (since === undefined) return null;
  return (
    <>
      <Notice
        tone="blue"
        testId="taken-over"
        icon={<IconHandGrab size={18} aria-hidden="true" />}
        title={held ? titleOf(held, text) : text.by(takenOver?.by ?? '')}
        action={
          held && (
            <Button
              size="xs"
              leftSection={<IconArrowBackUp size={15} />}
              loading={handBack.isBusy}
              onClick={() => void handBack.run({ id: task.id })}
              data-testid="hand-back"
            >
              {text.handBack}
            </Button>
          )
        }
      >
        <p className="dim">
          {text.standsStill}{' '}
          <span className="faint">
            <RelativeTime at={since} words={text.since} />
          </span>
        </p>
        {handBack.error && <ErrorNote error={handBack.error} />}
      </Notice>
      {held?.console.state === 'open' && (
        <div className="takeover-console">
          <LazyConsole id={held.console.id} />
        </div>
      )}
    </>
  );
}

function titleOf({ console, isMine }: HeldConsole, text: Text['consoles']): string {
  if (console.state === 'opening') return text.opening;
  if (isMine) return text.byYou;
  return console.writer ? text.byOther(text.places[console.writer.surface]) : text.byNobody;
}
