/** “Move to…”, and the priorities: every place a task can be dropped on, for the keyboard, with what it would do there. */
import { Modal } from '@mantine/core';
import { PRIORITIES, type Task } from '../../shared/domain/task.ts';
import { useApp, useText, useUi } from '../context.ts';
import { GROUPS } from '../store/groups.ts';
import { selectTaskList } from '../store/selectors.ts';
import { dropWords } from './board/DropNote.tsx';
import { targetsOf } from './list.ts';
import { dropOn, isPriority, type DropPlace, type DropResult } from './moves.ts';
import { useDrop } from './use-drop.ts';

const PLACES = { move: [...GROUPS, 'cancel'], priority: PRIORITIES } as const;

export function MoveDialog() {
  const app = useApp();
  const { taskList } = useText();
  const list = useUi(selectTaskList);
  const drop = useDrop();
  const close = (): void =>
    app.ui.setState(({ taskList: before }) => ({ taskList: { ...before, asked: null } }));
  const tasks = list.asked === null ? [] : targetsOf(app);
  const [first] = tasks;
  const title = list.asked === 'priority' ? taskList.priorityTitle : taskList.moveTitle;
  return (
    <Modal
      opened={list.asked !== null && first !== undefined}
      onClose={close}
      title={title(tasks.length, first?.id ?? '')}
      size={420}
      // What it is about is gone with the answer.
      transitionProps={{ duration: 0 }}
      data-testid="move-dialog"
    >
      <div className="move-places">
        {list.asked !== null &&
          PLACES[list.asked].map((place, index) => (
            <PlaceButton
              key={place}
              place={place}
              tasks={tasks}
              isFirst={index === 0}
              onChoose={() => {
                close();
                drop(tasks, place);
              }}
            />
          ))}
      </div>
    </Modal>
  );
}

interface PlaceButtonProps {
  readonly place: DropPlace;
  readonly tasks: readonly Task[];
  readonly isFirst: boolean;
  readonly onChoose: () => void;
}

function PlaceButton({ place, tasks, isFirst, onChoose }: PlaceButtonProps) {
  const text = useText();
  const { taskList, groups, priorities } = text;
  const results = tasks.map((task) => dropOn(task, place));
  const possible = results.filter((result) => 'act' in result);
  const best: DropResult | undefined = possible[0] ?? results[0];
  const name =
    place === 'cancel'
      ? taskList.cancelPlace
      : isPriority(place)
        ? priorities[place]
        : groups[place];
  return (
    <button
      type="button"
      className="move-place"
      // Those who hear the list are told why, which a button that is off would not do.
      aria-disabled={possible.length === 0}
      data-autofocus={isFirst || undefined}
      onClick={() => possible.length > 0 && onChoose()}
      data-testid={`move-${place}`}
    >
      <strong>{name}</strong>
      <span className="dim">
        {best && dropWords(best, text)}{' '}
        {possible.length > 0 && taskList.fitting(possible.length, tasks.length)}
      </span>
    </button>
  );
}
