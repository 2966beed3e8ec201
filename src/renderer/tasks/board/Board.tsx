/** Five columns, from waiting to done; each scrolls on its own, and cards can be carried where the table of states lets them. */
import { useMemo } from 'react';
import type { Task } from '../../../shared/domain/task.ts';
import type { TaskId } from '../../../shared/ids.ts';
import { useData, useText } from '../../context.ts';
import { GROUPS, type Group } from '../../store/groups.ts';
import { groupCount, selectCounts } from '../../store/selectors.ts';
import { isFiltering, type ListFilter } from '../filter.ts';
import { dropOn, isPriority, type DropPlace } from '../moves.ts';
import { useDrop } from '../use-drop.ts';
import { BoardColumn } from './BoardColumn.tsx';
import { DropNote, dropWords } from './DropNote.tsx';
import { useCardDrag, type CardDrag } from './use-card-drag.ts';

export interface BoardProps {
  readonly groups: Readonly<Record<Group, readonly Task[]>>;
  readonly filter: ListFilter;
  readonly cursor: TaskId | null;
  readonly chosen: ReadonlySet<TaskId>;
  readonly choose: (id: TaskId, isRange: boolean) => void;
}

export function Board({ groups, filter, cursor, chosen, choose }: BoardProps) {
  const counts = useData(selectCounts);
  const at = useMemo(
    () => GROUPS.find((group) => groups[group].some(({ id }) => id === cursor)),
    [groups, cursor],
  );
  const drop = useDrop();
  const { drag, hand, onPointerDown } = useCardDrag((task, place) => drop([task], place));
  return (
    <div className="board" data-dragging={drag !== null} onPointerDown={onPointerDown}>
      {GROUPS.map((group) => (
        <BoardColumn
          key={group}
          group={group}
          tasks={groups[group]}
          count={isFiltering(filter) ? groups[group].length : groupCount(counts, group)}
          cursor={group === at ? cursor : null}
          chosen={chosen}
          choose={choose}
          drag={drag}
        />
      ))}
      {drag && (
        <>
          <div className="board-cancel">
            <DropNote
              place="cancel"
              result={dropOn(drag.task, 'cancel')}
              isOver={drag.over === 'cancel'}
            />
          </div>
          <div className="card-hand" ref={hand} aria-hidden="true">
            <span className="mono faint">{drag.task.id}</span>
            <span className="clip">{drag.task.title}</span>
          </div>
        </>
      )}
      <Said drag={drag} />
    </div>
  );
}

/** The same for those who hear the board. */
function Said({ drag }: { readonly drag: CardDrag | null }) {
  const text = useText();
  const { drag: words } = text.taskList;
  return (
    <p className="unseen" role="status">
      {drag &&
        (drag.over === null
          ? words.lifted(drag.task.id)
          : words.over(placeName(drag.over, text), dropWords(dropOn(drag.task, drag.over), text)))}
    </p>
  );
}

function placeName(place: DropPlace, text: ReturnType<typeof useText>): string {
  if (place === 'cancel') return text.taskList.cancelPlace;
  return isPriority(place) ? text.priorities[place] : text.groups[place];
}
