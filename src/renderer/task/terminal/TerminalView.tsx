/** One attempt's terminal: its bar, the terminal, and below it the replay. Stands at the moment of the task. */
import '@xterm/xterm/css/xterm.css';
import { Button } from '@mantine/core';
import { useClipboard, useLocalStorage } from '@mantine/hooks';
import { IconArrowBarToDown } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { LiveState } from '../../components/LiveState.tsx';
import { useLanguage, useText } from '../../context.ts';
import { clockTime } from '../../format/time.ts';
import { CopyAll } from './CopyAll.tsx';
import { FindBox } from './FindBox.tsx';
import { LinkQuestion } from './LinkQuestion.tsx';
import { isOver, type Recorded } from './recorded.ts';
import { ReplayBar } from './ReplayBar.tsx';
import './terminal.css';
import { TerminalMenu } from './TerminalMenu.tsx';
import { usePlayer, type OpenTerminal } from './use-player.ts';

export interface TerminalViewProps {
  readonly recorded: Recorded;
  readonly chooser: ReactNode;
  /** The moment to stand at; `null`: now. */
  readonly at: number | null;
  onMoment(at: number | null): void;
  /** What is typed goes there; without it, nothing can be typed. */
  readonly onInput?: (data: string) => void;
}

export function TerminalView({ recorded, chooser, at, onMoment, onInput }: TerminalViewProps) {
  const { terminal: text } = useText().task;
  const element = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const [asked, setAsked] = useState<string | null>(null);
  const [isReadable, setReadable] = useLocalStorage({
    key: 'koubou-terminal-readable',
    defaultValue: false,
  });
  const clipboard = useClipboard();
  const terminal = usePlayer({
    element,
    recorded,
    at,
    onMoment,
    onFollow: setFollowing,
    onAskLink: setAsked,
    copy: clipboard.copy,
    onInput,
  });
  const screen = terminal?.screen;

  useEffect(() => screen?.setReadable(isReadable), [screen, isReadable]);

  return (
    <div className="terminal">
      <div className="terminal-bar">
        {chooser}
        {terminal && <Standing recorded={recorded} terminal={terminal} isFollowing={isFollowing} />}
        <FindBox find={(words, direction) => screen?.find(words, direction) ?? false} />
        <CopyAll read={() => screen?.text() ?? ''} />
        <TerminalMenu
          recorded={recorded}
          isReadable={isReadable}
          onReadable={() => setReadable(!isReadable)}
        />
      </div>
      <div
        className="terminal-screen"
        ref={element}
        role="region"
        aria-label={text.label}
        data-testid="terminal"
      />
      {terminal && <ReplayBar recorded={recorded} player={terminal.player} />}
      <LinkQuestion address={asked} onClose={() => setAsked(null)} />
    </div>
  );
}

interface StandingProps {
  readonly recorded: Recorded;
  readonly terminal: OpenTerminal;
  readonly isFollowing: boolean;
}

/** What is seen, and the way back to the end. */
function Standing({ recorded, terminal, isFollowing }: StandingProps) {
  const { task, player: words } = useText();
  const text = task.terminal;
  const language = useLanguage();
  const { screen, player } = terminal;
  const mode = useStore(player.state, (state) => state.mode);
  const hasEnded = useStore(player.state, (state) => state.hasEnded);
  const shown = useStore(player.state, ({ at }) => at && Math.floor(at / 1_000) * 1_000);
  const isWhole = isOver(recorded);
  const now = hasEnded ? 'ended' : isWhole ? 'replaying' : 'live';
  const isPast = shown !== null;
  const isAtEnd = mode === 'live' && isFollowing;
  return (
    <>
      <LiveState live={isPast ? 'past' : now} testId="terminal-state">
        <span className="num">
          {isPast ? words.standsAt(clockTime(shown, language)) : text[now]}
        </span>
      </LiveState>
      <Button
        variant={isAtEnd ? 'light' : 'default'}
        leftSection={<IconArrowBarToDown size={14} />}
        aria-pressed={isAtEnd}
        onClick={() => (mode === 'live' ? screen.scrollToEnd() : player.live())}
        data-testid="terminal-follow"
      >
        {isWhole ? words.goToEnd : isAtEnd ? text.following : isPast ? words.goLive : text.follow}
      </Button>
    </>
  );
}
