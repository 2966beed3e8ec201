/** What a notice about many tasks says under its title, with the way back while there is one. */
import { Button } from '@mantine/core';
import { useText } from '../context.ts';

export interface ActNoticeProps {
  readonly lines: readonly string[];
  readonly undo: (() => void) | undefined;
}

export function ActNotice({ lines, undo }: ActNoticeProps) {
  const { taskList } = useText();
  return (
    <span className="act-notice" data-testid="act-notice">
      {lines.map((line) => (
        <span key={line}>{line}</span>
      ))}
      {undo && (
        <Button variant="default" size="compact-xs" onClick={undo} data-testid="undo">
          {taskList.undo}
        </Button>
      )}
    </span>
  );
}
