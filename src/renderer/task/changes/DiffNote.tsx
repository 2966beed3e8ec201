/** What stands in place of lines that are not drawn. */
import { Button } from '@mantine/core';
import type { DiffFile } from '../../../shared/contract-review.ts';
import { useLanguage, useText } from '../../context.ts';
import { whole } from '../../format/size.ts';
import type { NoteKind } from './rows.ts';

export interface DiffNoteProps {
  readonly note: NoteKind;
  readonly file: DiffFile | null;
  onToggle(path: string): void;
}

export function DiffNote({ note, file, onToggle }: DiffNoteProps) {
  const { diff: text } = useText().task;
  const language = useLanguage();
  if (note === 'large' && file) {
    const lines = whole(file.insertions + file.deletions, language);
    return (
      <div className="diff-note">
        {text.large(lines)}
        <Button variant="default" onClick={() => onToggle(file.path)}>
          {text.show}
        </Button>
      </div>
    );
  }
  const words = {
    binary: text.binary,
    empty: text.empty,
    large: '',
    truncated: text.truncated,
    more_files: text.moreFiles,
  };
  return <div className="diff-note">{words[note]}</div>;
}
