/** One task that comes again and again: when, when next, and what can be done with it. */
import { Menu, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { RecurringShown } from '../../shared/contract-making.ts';
import { AskFirst } from '../components/AskFirst.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useCall } from '../components/use-call.ts';
import { useText } from '../context.ts';
import { repoName } from '../format/repo.ts';
import { draftOf, inputOf } from './recurring-draft.ts';

export interface RecurringRowProps {
  readonly shown: RecurringShown;
  onEdit(): void;
  onChanged(): void;
}

export function RecurringRow({ shown, onEdit, onChanged }: RecurringRowProps) {
  const { recurring: words } = useText().queue;
  const { id, isOn, pattern } = shown.recurring;
  const save = useCall('recurring.save');
  const run = useCall('recurring.run');
  const remove = useCall('recurring.remove');
  const [isAsking, setAsking] = useState(false);
  const error = save.error ?? run.error;

  async function runNow(): Promise<void> {
    const task = await run.run({ id });
    if (task) notifications.show({ message: words.made(task.id) });
    onChanged();
  }

  return (
    <li>
      <Switch
        size="xs"
        aria-label={words.switchOf(pattern.title)}
        checked={isOn}
        disabled={save.isBusy}
        onChange={() => void save.run({ ...inputOf(draftOf(shown)), isOn: !isOn }).then(onChanged)}
      />
      <div className="queue-recurring-what">
        <span className="clip queue-recurring-title" title={pattern.title}>
          {pattern.title}
        </span>
        <span className="faint mono clip" title={pattern.repo.url}>
          {repoName(pattern.repo.url)}
        </span>
      </div>
      <Times shown={shown} />
      <Menu position="bottom-end">
        <Menu.Target>
          <button
            type="button"
            className="queue-more"
            aria-label={words.more(pattern.title)}
            data-testid="recurring-more"
          >
            <IconDots size={16} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void runNow()}>{words.run}</Menu.Item>
          <Menu.Item onClick={onEdit}>{words.edit}</Menu.Item>
          <Menu.Item color="red" onClick={() => setAsking(true)}>
            {words.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {error && <ErrorNote error={error} />}
      <AskFirst
        title={words.removeTitle}
        text={words.removeText}
        action={words.remove}
        testId="recurring-remove"
        isOpen={isAsking}
        isBusy={remove.isBusy}
        error={remove.error}
        onClose={() => setAsking(false)}
        onSure={() => void remove.run({ id }).then((done) => done && onChanged())}
      />
    </li>
  );
}

function Times({ shown: { recurring, next } }: Pick<RecurringRowProps, 'shown'>) {
  const { recurring: words } = useText().queue;
  const { cron, isOn, lastAt, lastTask, timeZone } = recurring;
  const [first] = next;
  return (
    <dl className="queue-recurring-times">
      <div>
        <dt>{words.cron}</dt>
        <dd>
          <span className="mono">{cron}</span> <span className="faint">{timeZone}</span>
        </dd>
      </div>
      <div>
        <dt>{words.next}</dt>
        <dd>{isOn && first !== undefined ? <RelativeTime at={first} /> : words.off}</dd>
      </div>
      <div>
        <dt>{words.last}</dt>
        <dd>
          {lastAt === null ? words.never : <RelativeTime at={lastAt} />}{' '}
          {lastTask && (
            <Link className="mono" to={`/tasks/${lastTask}`}>
              {lastTask}
            </Link>
          )}
        </dd>
      </div>
    </dl>
  );
}
