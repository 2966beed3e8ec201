/** The tasks that come again and again: when, when next, and what can be done with each. */
import { Button, Menu, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconPlus, IconRepeat } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { RecurringShown } from '../../shared/contract-making.ts';
import { Empty } from '../components/Empty.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useAnswer } from '../components/use-answer.ts';
import { useCall } from '../components/use-call.ts';
import { useText } from '../context.ts';
import { EditRecurring } from './EditRecurring.tsx';
import { inputOf, draftOf } from './recurring-draft.ts';

const ASK_AGAIN_MS = 3_000;
const NOTHING = {};

export function Recurring() {
  const { recurring: words } = useText().queue;
  const { value, error } = useAnswer('recurring.list', NOTHING, ASK_AGAIN_MS);
  const [edited, setEdited] = useState<RecurringShown | 'new' | null>(null);
  return (
    <section
      className="queue-card panel"
      aria-labelledby="queue-recurring"
      data-testid="queue-recurring"
    >
      <div className="queue-card-head">
        <h2 id="queue-recurring">{words.title}</h2>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => setEdited('new')}
          data-testid="recurring-add"
        >
          {words.add}
        </Button>
      </div>
      {error && <ErrorNote error={error} />}
      {value?.recurring.length === 0 && (
        <Empty icon={<IconRepeat size={26} />} title={words.none}>
          <p>{words.noneText}</p>
        </Empty>
      )}
      {value && value.recurring.length > 0 && (
        <ul className="queue-recurring">
          {value.recurring.map((shown) => (
            <Row key={shown.recurring.id} shown={shown} onEdit={() => setEdited(shown)} />
          ))}
        </ul>
      )}
      {edited && (
        <EditRecurring shown={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </section>
  );
}

function Row({ shown, onEdit }: { readonly shown: RecurringShown; onEdit(): void }) {
  const { recurring: words } = useText().queue;
  const { recurring, next } = shown;
  const { cron, id, isOn, lastAt, lastTask, pattern, timeZone } = recurring;
  const save = useCall('recurring.save');
  const run = useCall('recurring.run');
  const remove = useCall('recurring.remove');
  const error = save.error ?? run.error ?? remove.error;
  const [first] = next;

  async function runNow(): Promise<void> {
    const task = await run.run({ id });
    if (task) notifications.show({ message: words.made(task.id) });
  }

  return (
    <li>
      <Switch
        size="xs"
        aria-label={words.switchOf(pattern.title)}
        checked={isOn}
        onChange={() => void save.run({ ...inputOf(draftOf(shown)), isOn: !isOn })}
      />
      <div className="queue-recurring-what">
        <span className="clip">{pattern.title}</span>
        <span className="faint mono clip">{pattern.repo.url}</span>
      </div>
      <span className="mono">
        {cron} <span className="faint">{timeZone}</span>
      </span>
      <span>
        <span className="faint">{words.next}</span>{' '}
        {isOn && first !== undefined ? <RelativeTime at={first} /> : words.off}
      </span>
      <span>
        <span className="faint">{words.last}</span>{' '}
        {lastAt === null ? words.never : <RelativeTime at={lastAt} />}{' '}
        {lastTask && (
          <Link className="mono" to={`/tasks/${lastTask}`}>
            {lastTask}
          </Link>
        )}
      </span>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="subtle" size="compact-sm" aria-label={words.edit}>
            <IconDots size={16} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void runNow()}>{words.run}</Menu.Item>
          <Menu.Item onClick={onEdit}>{words.edit}</Menu.Item>
          <Menu.Item color="red" onClick={() => void remove.run({ id })}>
            {words.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {error && <ErrorNote error={error} />}
    </li>
  );
}
