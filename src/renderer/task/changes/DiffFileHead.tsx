/** The head of a file in a diff: name, sizes, opening and closing. */
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { DiffFile } from '../../../shared/contract.ts';
import { useText } from '../../context.ts';
import { ChangeSize } from '../../tasks/ChangeSize.tsx';

export interface DiffFileHeadProps {
  readonly file: DiffFile;
  readonly isOpen: boolean;
  onToggle(path: string): void;
}

export function DiffFileHead({ file, isOpen, onToggle }: DiffFileHeadProps) {
  const { diff: text } = useText().task;
  const Arrow = isOpen ? IconChevronDown : IconChevronRight;
  const name = file.oldPath === null ? file.path : `${file.oldPath} → ${file.path}`;
  return (
    <button
      type="button"
      className="diff-file-head"
      aria-expanded={isOpen}
      title={isOpen ? text.hide : text.show}
      onClick={() => onToggle(file.path)}
    >
      <Arrow size={15} aria-hidden="true" />
      <span className="mono clip">{name}</span>
      <span className="faint">{text.status[file.status]}</span>
      <ChangeSize stats={file} />
    </button>
  );
}
