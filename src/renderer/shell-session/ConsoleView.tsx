/** A console: its screen, who writes, and the pen. Large, so it is loaded when it is first looked at (`LazyConsole.tsx`). */
import '@xterm/xterm/css/xterm.css';
import { Button } from '@mantine/core';
import { IconEye, IconPencil } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { ConsoleId } from '../../shared/console.ts';
import type { ConsoleWatch } from '../client/consoles.ts';
import { useApp, useData, useText } from '../context.ts';
import { selectConsole } from '../store/selectors.ts';
import { openInteractive, type Interactive } from './interactive.ts';
import './console.css';

export function ConsoleView({ id }: { readonly id: ConsoleId }) {
  const { session } = useApp();
  const { consoles: text } = useText();
  const held = useData(selectConsole(id));
  const element = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const parts = useRef<{ screen: Interactive; watch: ConsoleWatch } | null>(null);

  useEffect(() => {
    if (!element.current) return;
    const screen = openInteractive({
      element: element.current,
      onType: (typed) => parts.current?.watch.type(typed),
      onLeave: () => bar.current?.focus(),
      onSize: (cols, rows) => parts.current?.watch.resize(cols, rows),
    });
    const watch = session.consoles.watch(id, screen);
    parts.current = { screen, watch };
    return () => {
      parts.current = null;
      watch.close();
      screen.dispose();
    };
  }, [session, id]);

  const isMine = held?.isMine ?? false;
  const { cols = 120, rows = 32, writer = null, watchers = 0, state } = held?.console ?? {};
  useEffect(() => {
    parts.current?.screen.setWriter(isMine, { cols, rows });
  }, [isMine, cols, rows]);

  const who = isMine
    ? text.youWrite
    : writer
      ? text.otherWrites(text.places[writer.surface])
      : text.nobodyWrites;
  return (
    <div className="console" data-testid="console" data-writes={isMine}>
      <div className="console-bar" ref={bar} tabIndex={-1}>
        <span className="console-writer" role="status" data-testid="console-writer">
          {isMine ? <IconPencil size={14} aria-hidden /> : <IconEye size={14} aria-hidden />}
          {who}
        </span>
        {isMine && <span className="faint">{text.leaveKeys}</span>}
        {watchers > 1 && <span className="faint">{text.watchers(watchers)}</span>}
        {!isMine && state === 'open' && (
          <Button
            size="compact-xs"
            variant="light"
            leftSection={<IconPencil size={13} />}
            onClick={() => parts.current?.watch.takePen()}
            data-testid="take-pen"
          >
            {text.takePen}
          </Button>
        )}
      </div>
      <div
        className="console-screen"
        ref={element}
        role="region"
        aria-label={text.terminal}
        data-testid="console-screen"
      />
    </div>
  );
}
