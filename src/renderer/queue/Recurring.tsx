/** The tasks that come again and again, and a way to add one. From the coordinator, asked again while it shows. */
import { Button } from '@mantine/core';
import { IconPlus, IconRepeat } from '@tabler/icons-react';
import { useState } from 'react';
import type { RecurringShown } from '../../shared/contract-making.ts';
import { Empty } from '../components/Empty.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useAnswer } from '../components/use-answer.ts';
import { useText } from '../context.ts';
import { EditRecurring } from './EditRecurring.tsx';
import { RecurringRow } from './RecurringRow.tsx';
import { Allowed } from '../people/Allowed.tsx';

const ASK_AGAIN_MS = 3_000;
const NOTHING = {};

export function Recurring() {
  const { recurring: words } = useText().queue;
  const { value, error, again } = useAnswer('recurring.list', NOTHING, ASK_AGAIN_MS);
  const [edited, setEdited] = useState<RecurringShown | 'new' | null>(null);
  return (
    <section
      className="queue-card panel"
      aria-labelledby="queue-recurring"
      data-testid="queue-recurring"
    >
      <div className="queue-card-head">
        <h2 id="queue-recurring">{words.title}</h2>
        <Allowed needs="operate">
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => setEdited('new')}
            data-testid="recurring-add"
          >
            {words.add}
          </Button>
        </Allowed>
      </div>
      {error && <ErrorNote error={error} />}
      {value?.recurring.length === 0 && (
        <Empty icon={<IconRepeat size={26} />} title={words.none}>
          <p>{words.noneText}</p>
        </Empty>
      )}
      {value && value.recurring.length > 0 && (
        <Allowed needs="operate">
          <ul className="queue-recurring">
            {value.recurring.map((shown) => (
              <RecurringRow
                key={shown.recurring.id}
                shown={shown}
                onEdit={() => setEdited(shown)}
                onChanged={again}
              />
            ))}
          </ul>
        </Allowed>
      )}
      {edited && (
        <EditRecurring
          shown={edited === 'new' ? null : edited}
          onClose={() => {
            setEdited(null);
            again();
          }}
        />
      )}
    </section>
  );
}
