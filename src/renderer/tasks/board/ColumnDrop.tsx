/** What covers a column of the board while a card is in the hand; over the column of those that wait, a band per priority. */
import { isHeld, PRIORITIES } from '../../../shared/domain/task.ts';
import { useText } from '../../context.ts';
import { groupOf, type Group } from '../../store/groups.ts';
import { dropOn } from '../moves.ts';
import { DropNote } from './DropNote.tsx';
import type { CardDrag } from './use-card-drag.ts';

export function ColumnDrop({ group, drag }: { readonly group: Group; readonly drag: CardDrag }) {
  const { priorities } = useText();
  const { task, over } = drag;
  const isOrdering =
    group === 'waiting' && groupOf(task.state) === 'waiting' && !isHeld(task.state);
  return (
    <div className="column-drop">
      {isOrdering ? (
        PRIORITIES.map((priority) => (
          <DropNote
            key={priority}
            place={priority}
            name={priorities[priority]}
            result={dropOn(task, priority)}
            isOver={over === priority}
          />
        ))
      ) : (
        <DropNote place={group} result={dropOn(task, group)} isOver={over === group} />
      )}
    </div>
  );
}
