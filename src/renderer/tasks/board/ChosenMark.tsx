/** Says that a card is selected. */
import { IconSquareCheckFilled } from '@tabler/icons-react';
import { useText } from '../../context.ts';

export function ChosenMark({ isChosen }: { readonly isChosen: boolean }) {
  const { taskList } = useText();
  if (!isChosen) return null;
  return (
    <IconSquareCheckFilled
      className="chosen-mark"
      size={14}
      role="img"
      aria-label={taskList.chosen(1)}
    />
  );
}
