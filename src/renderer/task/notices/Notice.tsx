/** The frame of a notice above a task: what is the matter, what is being done, and what to do. */
import type { ReactNode } from 'react';

export interface NoticeProps {
  /** `red`: somebody must act. `amber`: it may pass by itself. `blue`: all is well, but worth knowing. */
  readonly tone: 'red' | 'amber' | 'blue' | 'gray';
  readonly title: ReactNode;
  readonly icon?: ReactNode;
  readonly testId?: string;
  /** Beside the text: a link or a button. */
  readonly action?: ReactNode;
  readonly children?: ReactNode;
}

export function Notice({ tone, title, icon, testId, action, children }: NoticeProps) {
  return (
    <section
      className="notice"
      // What may pass is said when the reader is free, what needs somebody at once.
      role={tone === 'red' ? 'alert' : 'status'}
      data-tone={tone}
      data-testid={testId}
    >
      {icon}
      <div className="notice-text">
        <p className="notice-title">{title}</p>
        {children}
      </div>
      {action}
    </section>
  );
}
