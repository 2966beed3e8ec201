/** A place where nothing is yet: says what will be there. */
import type { ReactNode } from 'react';
import './empty.css';

export interface EmptyProps {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  /** It stands in place of a whole screen, and so has its heading. */
  readonly isScreen?: boolean;
}

export function Empty({ icon, title, children, isScreen = false }: EmptyProps) {
  const Title = isScreen ? 'h1' : 'p';
  return (
    <div className="empty">
      {icon !== undefined && (
        <div className="empty-icon" aria-hidden="true">
          {icon}
        </div>
      )}
      <Title className="empty-title">{title}</Title>
      {children !== undefined && <div className="empty-text">{children}</div>}
    </div>
  );
}
