/**
 * The head of a screen: its title, how many there are, and what can be done on all of it. Every screen has exactly one; its
 * `h1` takes the focus when one comes to the screen, and names the window.
 */
import { useEffect, type ReactNode } from 'react';
import { useText, useUi } from '../context.ts';
import './screen-head.css';

export interface ScreenHeadProps {
  readonly title: string;
  /** How many things the screen shows, beside the title. */
  readonly count?: ReactNode;
  /** The line above the title: where one came from. */
  readonly above?: ReactNode;
  /** The line under the title: facts of what is shown. */
  readonly below?: ReactNode;
  /** Filters and choices that stand in the same row. */
  readonly children?: ReactNode;
  /** Buttons at the end of the row. */
  readonly actions?: ReactNode;
}

export function ScreenHead({ title, count, above, below, children, actions }: ScreenHeadProps) {
  const { appName } = useText();
  const name = useUi(({ workshopName }) => workshopName) ?? appName;
  useEffect(() => {
    document.title = `${title} · ${name}`;
    return () => {
      document.title = name;
    };
  }, [title, name]);
  return (
    <header className="screen-head" data-tall={above !== undefined || below !== undefined}>
      <div className="screen-head-text">
        {above}
        <div className="screen-head-title">
          <h1 tabIndex={-1} title={title}>
            {title}
          </h1>
          {count !== undefined && <span className="screen-head-count num">{count}</span>}
        </div>
        {below}
      </div>
      {children}
      {actions !== undefined && <div className="screen-head-actions">{actions}</div>}
    </header>
  );
}
