/** A line that opens to what is behind it. */
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export interface FoldProps {
  readonly summary: ReactNode;
  readonly isOpen: boolean;
  readonly children: ReactNode;
  onToggle(): void;
}

export function Fold({ summary, isOpen, children, onToggle }: FoldProps) {
  const Arrow = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <>
      <button type="button" className="fold" aria-expanded={isOpen} onClick={onToggle}>
        <Arrow size={14} aria-hidden="true" />
        {summary}
      </button>
      {isOpen && <div className="fold-body">{children}</div>}
    </>
  );
}
