/** The end of the log of an agent, read from its PC when somebody looks. */
import { Button, Loader } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconRefresh } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Agent } from '../../../shared/domain/agent.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useCall } from '../../components/use-call.ts';
import { useLanguage, useText } from '../../context.ts';
import { clockTime, exact } from '../../format/time.ts';
import { logLines, type LogLine } from './log-lines.ts';

export function LogTab({ agent: { id } }: { readonly agent: Agent }) {
  const { fleet, common } = useText();
  const { detail } = fleet;
  const { run, isBusy, error } = useCall('agents.log');
  const [text, setText] = useState<string | null>(null);
  const read = async (): Promise<void> => {
    const answer = await run({ id });
    if (answer) setText(answer.text);
  };
  const first = useRef(read);
  useEffect(() => void first.current(), []);
  const lines = useMemo(() => (text === null ? null : logLines(text)), [text]);
  return (
    <section className="agent-log" aria-label={detail.tabs.log}>
      <header>
        <p className="faint">{detail.logHint}</p>
        <Button
          variant="default"
          leftSection={<IconRefresh size={14} />}
          loading={isBusy}
          onClick={() => void read()}
          data-testid="log-reload"
        >
          {detail.reload}
        </Button>
      </header>
      {error && <ErrorNote error={error} />}
      {lines === null && !error && <Empty icon={<Loader size="sm" />} title={common.loading} />}
      {lines?.length === 0 && (
        <Empty title={detail.logEmpty}>
          <p>{detail.logEmptyText}</p>
        </Empty>
      )}
      {lines && lines.length > 0 && <Lines lines={lines} />}
    </section>
  );
}

const LINE_PX = 20;

function Lines({ lines }: { readonly lines: readonly LogLine[] }) {
  const language = useLanguage();
  const { detail } = useText().fleet;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 20,
  });
  useEffect(() => virtual.scrollToIndex(lines.length - 1), [lines, virtual]);
  return (
    <div
      className="agent-log-lines mono"
      ref={scroller}
      role="log"
      aria-label={detail.tabs.log}
      // What scrolls must be reached with the keyboard.
      tabIndex={0}
    >
      <div style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index];
          return (
            line && (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                className="agent-log-line"
                data-level={line.level}
                style={{ transform: `translateY(${start}px)` }}
              >
                <span
                  className="faint num"
                  title={line.at === null ? '' : exact(line.at, language)}
                >
                  {line.at !== null && clockTime(line.at, language)}
                </span>
                <span>{line.text}</span>
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}
