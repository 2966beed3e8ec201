/** The head of a file in a diff: name, sizes, opening and closing, and a tick for what was read. */
import { Checkbox } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { DiffFile } from '../../../shared/contract-review.ts';
import { useText } from '../../context.ts';
import { ChangeSize } from '../../tasks/ChangeSize.tsx';
import { useDiffTools } from './diff-context.ts';

export interface DiffFileHeadProps {
  readonly file: DiffFile;
  readonly isOpen: boolean;
  onToggle(path: string): void;
}

export function DiffFileHead({ file, isOpen, onToggle }: DiffFileHeadProps) {
  const { task, review } = useText();
  const { diff: text } = task;
  const { viewed, toggleViewed } = useDiffTools();
  const Arrow = isOpen ? IconChevronDown : IconChevronRight;
  const name = file.oldPath === null ? file.path : `${file.oldPath} → ${file.path}`;
  return (
    <div className="diff-file-head">
      <button
        type="button"
        aria-expanded={isOpen}
        title={isOpen ? text.hide : text.show}
        onClick={() => onToggle(file.path)}
      >
        <Arrow size={15} aria-hidden="true" />
        <span className="mono clip">{name}</span>
        <span className="faint">{text.status[file.status]}</span>
        <ChangeSize stats={file} />
      </button>
      <Checkbox
        size="xs"
        label={review.changes.viewed}
        checked={viewed.has(file.path)}
        onChange={() => toggleViewed(file.path)}
        data-testid="viewed"
      />
    </div>
  );
}
