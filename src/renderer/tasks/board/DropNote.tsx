/** While a card is in the hand: what it would do to drop it here, or why that is not possible. */
import { useText } from '../../context.ts';
import type { Text } from '../../i18n/en.ts';
import type { DropPlace, DropResult } from '../moves.ts';

export interface DropNoteProps {
  readonly place: DropPlace;
  readonly result: DropResult;
  readonly isOver: boolean;
  /** What stands before the words, as in a band of a priority. */
  readonly name?: string;
}

export function DropNote({ place, result, isOver, name }: DropNoteProps) {
  const text = useText();
  return (
    <div
      className="drop-note"
      data-drop={place}
      data-possible={'act' in result}
      data-over={isOver}
      data-testid={`drop-${place}`}
    >
      {name !== undefined && <strong>{name}</strong>}
      <span>{dropWords(result, text)}</span>
    </div>
  );
}

export function dropWords(result: DropResult, { taskList }: Text): string {
  return 'act' in result ? taskList.drops[result.act] : taskList.whyNot[result.why];
}
