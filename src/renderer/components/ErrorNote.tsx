/** A refused call, where it belongs: what it means, what to do, and what the coordinator said. */
import { IconAlertTriangle } from '@tabler/icons-react';
import type { CallError } from '../client/call.ts';
import { useText } from '../context.ts';
import './error-note.css';

export interface ErrorNoteProps {
  readonly error: CallError;
}

export function ErrorNote({ error }: ErrorNoteProps) {
  const remedy = useText().callErrors[error.code];
  return (
    <div className="error-note" role="alert" data-testid="call-error" data-code={error.code}>
      <IconAlertTriangle size={16} aria-hidden="true" />
      <div>
        <p className="error-note-title">
          {remedy.title}
          <code className="error-note-code">{error.code}</code>
        </p>
        <p>{remedy.todo}</p>
        <p className="error-note-said">{error.message}</p>
      </div>
    </div>
  );
}
