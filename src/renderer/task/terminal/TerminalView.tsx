/** One attempt's terminal with its bar: live or ended, following, finding, copying. */
import '@xterm/xterm/css/xterm.css';
import { Button } from '@mantine/core';
import { IconArrowBarToDown } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { isAttemptEnd, type Attempt } from '../../../shared/domain/attempt.ts';
import { nextFrame } from '../../client/clock.ts';
import { useApp, useText } from '../../context.ts';
import { CopyAll } from './CopyAll.tsx';
import { FindBox } from './FindBox.tsx';
import { openScreen, type Screen } from './screen.ts';
import './terminal.css';

export interface TerminalViewProps {
  readonly attempt: Attempt;
  readonly chooser: ReactNode;
}

export function TerminalView({ attempt, chooser }: TerminalViewProps) {
  const { session } = useApp();
  const { terminal: text } = useText().task;
  const element = useRef<HTMLDivElement>(null);
  const screen = useRef<Screen | null>(null);
  const [isFollowing, setFollowing] = useState(true);
  const [hasEnded, setEnded] = useState(false);
  const { id } = attempt;

  useEffect(() => {
    if (!element.current) return;
    const opened = openScreen({ element: element.current, nextFrame, onFollow: setFollowing });
    screen.current = opened;
    const stop = session.outputs.watch(id, 'terminal', {
      onBytes: opened.onBytes,
      onEnd: () => setEnded(true),
    });
    return () => {
      stop();
      screen.current = null;
      opened.dispose();
    };
  }, [session, id]);

  const state = hasEnded ? 'ended' : isAttemptEnd(attempt.state) ? 'replaying' : 'live';
  return (
    <div className="terminal">
      <div className="terminal-bar">
        {chooser}
        <span className="terminal-state" data-live={state} data-testid="terminal-state">
          <span aria-hidden="true" />
          {text[state]}
        </span>
        <FindBox find={(words, direction) => screen.current?.find(words, direction) ?? false} />
        <Button
          variant={isFollowing ? 'light' : 'default'}
          leftSection={<IconArrowBarToDown size={14} />}
          aria-pressed={isFollowing}
          onClick={() => screen.current?.scrollToEnd()}
          data-testid="terminal-follow"
        >
          {isFollowing ? text.following : text.follow}
        </Button>
        <CopyAll read={() => screen.current?.text() ?? ''} />
      </div>
      <div
        className="terminal-screen"
        ref={element}
        role="region"
        aria-label={text.label}
        data-testid="terminal"
      />
    </div>
  );
}
