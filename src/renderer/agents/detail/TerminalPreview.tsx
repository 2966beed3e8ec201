/** The last lines of a running terminal, live. Opens the terminal itself. */
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { taskIdOfAttempt, type AttemptId } from '../../../shared/ids.ts';
import { browserClock } from '../../client/clock.ts';
import { useApp, useText } from '../../context.ts';
import { tailOf } from './tail.ts';

const LINES = 9;
/** Enough for so many lines, whatever is drawn between them. */
const MOST_BYTES = 8 * 1024;
/** Nobody reads faster. */
const DRAW_MS = 150;

export interface TerminalPreviewProps {
  readonly attemptId: AttemptId;
  readonly title: string;
}

export function TerminalPreview({ attemptId, title }: TerminalPreviewProps) {
  const { detail } = useText().fleet;
  const lines = useTail(attemptId);
  return (
    <Link className="terminal-preview mono" to={`/tasks/${taskIdOfAttempt(attemptId)}/terminal`}>
      <span className="unseen">{detail.openTerminal(title)}</span>
      <span aria-hidden="true">
        {lines.length === 0 ? (
          <span className="terminal-preview-none">{detail.noOutput}</span>
        ) : (
          lines.join('\n')
        )}
      </span>
    </Link>
  );
}

function useTail(attemptId: AttemptId): readonly string[] {
  const { session } = useApp();
  const [lines, setLines] = useState<readonly string[]>([]);
  useEffect(() => {
    let bytes = new Uint8Array(0);
    let isCut = false;
    let isOpen = true;
    let cancelDraw: (() => void) | null = null;
    let stop = (): void => {};
    const draw = (): void => {
      cancelDraw = null;
      setLines(tailOf(bytes, LINES, isCut));
    };
    const watch = async (): Promise<void> => {
      const id = taskIdOfAttempt(attemptId);
      const answer = await session.api.call('terminal.seek', { id, attempt: attemptId });
      if (!isOpen) return;
      const end = answer.ok ? (answer.value.last?.offset ?? 0) : 0;
      const from = Math.max(0, end - MOST_BYTES);
      isCut = from > 0;
      const reader = {
        onBytes(piece: Uint8Array, done: () => void) {
          bytes = joined(bytes, piece);
          isCut ||= bytes.length === MOST_BYTES;
          cancelDraw ??= browserClock.after(DRAW_MS, draw);
          done();
        },
        onEnd() {},
      };
      stop = session.outputs.watch(attemptId, 'terminal', reader, from);
    };
    void watch();
    return () => {
      isOpen = false;
      stop();
      cancelDraw?.();
    };
  }, [session, attemptId]);
  return lines;
}

/** The last MOST_BYTES of both. */
function joined(before: Uint8Array, piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const kept = before.subarray(Math.max(0, before.length + piece.length - MOST_BYTES));
  const added = piece.subarray(Math.max(0, piece.length - MOST_BYTES));
  const all = new Uint8Array(kept.length + added.length);
  all.set(kept);
  all.set(added, kept.length);
  return all;
}
