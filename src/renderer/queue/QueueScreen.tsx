/** The queue: how long tasks wait, what is next and why it waits, what is paused, what comes again and again, and where the queue is. */
import { Button } from '@mantine/core';
import { IconEraser } from '@tabler/icons-react';
import { useState } from 'react';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { ScreenHead } from '../components/ScreenHead.tsx';
import { useAnswer } from '../components/use-answer.ts';
import { useLanguage, useText } from '../context.ts';
import { whole } from '../format/size.ts';
import { ClearDialog } from './ClearDialog.tsx';
import { EngineCard } from './EngineCard.tsx';
import { NextInLine } from './NextInLine.tsx';
import { PausedRepos } from './PausedRepos.tsx';
import { Recurring } from './Recurring.tsx';
import { WaitingTimes } from './WaitingTimes.tsx';
import './queue.css';
import { Allowed } from '../people/Allowed.tsx';

const ASK_AGAIN_MS = 3_000;
const NOTHING = {};

export function QueueScreen() {
  const { queue: words } = useText();
  const language = useLanguage();
  const { value, error, again } = useAnswer('queue.get', NOTHING, ASK_AGAIN_MS);
  const [isClearing, setClearing] = useState(false);
  const perHour = value?.perHour ?? null;
  return (
    <div className="queue-screen" data-testid="queue-screen">
      <ScreenHead
        title={words.title}
        actions={
          <Allowed needs="admin">
            <Button
              variant="default"
              leftSection={<IconEraser size={14} />}
              disabled={!value || value.waiting === 0}
              onClick={() => setClearing(true)}
              data-testid="queue-clear"
            >
              {words.clear}
            </Button>
          </Allowed>
        }
      >
        {value && (
          <p className="queue-facts dim">
            {words.waiting(whole(value.waiting, language), whole(value.most, language))}
            {perHour !== null && <> · {words.pace(whole(Math.round(perHour), language))}</>}
          </p>
        )}
      </ScreenHead>
      <div className="queue">
        {error && <ErrorNote error={error} />}
        <div className="queue-columns">
          <div className="queue-side">
            {value && <NextInLine next={value.next} more={value.more} />}
            <Recurring />
          </div>
          <div className="queue-side">
            {value && <WaitingTimes times={value.times} pauses={value.pauses} onChanged={again} />}
            {value && <PausedRepos pauses={value.pauses} onChanged={again} />}
            <EngineCard />
          </div>
        </div>
      </div>
      {isClearing && (
        <ClearDialog
          onClose={() => {
            setClearing(false);
            again();
          }}
        />
      )}
    </div>
  );
}
