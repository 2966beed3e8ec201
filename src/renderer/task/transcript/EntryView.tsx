/** One entry of a transcript: words as they were meant, what is long folded away, the time as a way to that moment. */
import { memo, type ReactNode } from 'react';
import type { Entry, UsageEntry, Words } from '../../../shared/transcript/entry.ts';
import { Markdown } from '../../components/Markdown.tsx';
import { useLanguage, useText } from '../../context.ts';
import { whole } from '../../format/size.ts';
import { clockTime, duration } from '../../format/time.ts';
import { Fold } from './Fold.tsx';
import { ToolCallView } from './ToolCallView.tsx';
import { WordsView } from './WordsView.tsx';

export interface EntryViewProps {
  readonly entry: Entry;
  /** When it came, epoch ms; `null`: not known. */
  readonly at: number | null;
  readonly isOpen: boolean;
  onToggle(n: number): void;
  onMoment(at: number): void;
}

export const EntryView = memo(function EntryView(props: EntryViewProps) {
  const { entry, at, onMoment } = props;
  const { transcript: text } = useText().review;
  const language = useLanguage();
  const time = at === null ? '' : clockTime(at, language);
  return (
    <div className="entry" data-kind={entry.kind} data-testid="entry">
      {at === null ? (
        <span className="entry-time" />
      ) : (
        <button
          type="button"
          className="entry-time num"
          title={text.stand(time)}
          aria-label={text.stand(time)}
          onClick={() => onMoment(at)}
          data-testid="entry-time"
        >
          {time}
        </button>
      )}
      <div className="entry-body">{bodyOf(props)}</div>
    </div>
  );
});

function bodyOf({ entry, isOpen, onToggle }: EntryViewProps): ReactNode {
  switch (entry.kind) {
    case 'message':
      return <Message words={entry} by={entry.by} />;
    case 'thinking':
      return <Folded entry={entry} isOpen={isOpen} onToggle={onToggle} />;
    case 'tool_call':
      return <ToolCallView call={entry} n={entry.n} isOpen={isOpen} onToggle={onToggle} />;
    case 'tool_result':
    case 'raw':
      return <Folded entry={entry} isOpen={isOpen} onToggle={onToggle} />;
    case 'usage':
      return <UsageLine usage={entry} />;
    case 'note':
      return <Note entry={entry} />;
  }
}

function Message({ words, by }: { readonly words: Words; readonly by: 'engine' | 'person' }) {
  const { transcript: text } = useText().review;
  return (
    <div className="entry-message" data-by={by}>
      {by === 'person' && <span className="entry-label">{text.person}</span>}
      <Markdown text={words.text} />
      <Cut cut={words.cut} />
    </div>
  );
}

function Cut({ cut }: { readonly cut: number }) {
  const { review } = useText();
  const language = useLanguage();
  return cut > 0 && <p className="faint">{review.cut(whole(cut, language))}</p>;
}

interface FoldedProps {
  readonly entry: Extract<Entry, { kind: 'thinking' | 'raw' | 'tool_result' }>;
  readonly isOpen: boolean;
  onToggle(n: number): void;
}

function Folded({ entry, isOpen, onToggle }: FoldedProps) {
  const { transcript: text } = useText().review;
  const label = { thinking: text.thinking, raw: text.raw, tool_result: text.output }[entry.kind];
  const [first = ''] = entry.text.trim().split('\n', 1);
  return (
    <Fold
      isOpen={isOpen}
      onToggle={() => onToggle(entry.n)}
      summary={
        <>
          <span className="entry-label">{label}</span>
          <span className="entry-subject clip faint">{isOpen ? '' : first}</span>
        </>
      }
    >
      {entry.kind === 'thinking' ? (
        <div className="entry-thought">
          <Markdown text={entry.text} />
          <Cut cut={entry.cut} />
        </div>
      ) : (
        <WordsView words={entry} label={label} />
      )}
    </Fold>
  );
}

function UsageLine({ usage }: { readonly usage: UsageEntry }) {
  const { transcript: text } = useText().review;
  const language = useLanguage();
  const count = (n: number): string => whole(n, language);
  const parts = [
    text.tokens(
      count(usage.inputTokens),
      count(usage.outputTokens),
      count(usage.cachedInputTokens),
    ),
    usage.turns === null ? '' : text.turns(usage.turns),
    usage.durationMs === null ? '' : duration(usage.durationMs),
    usage.costUsd === null ? '' : `$${usage.costUsd.toFixed(4)}`,
  ];
  return (
    <p className="entry-usage num" data-of={usage.of}>
      <span className="entry-label">{usage.of === 'turn' ? text.turn : text.total}</span>
      {parts.filter((part) => part !== '').join(' · ')}
    </p>
  );
}

function Note({ entry }: { readonly entry: Extract<Entry, { kind: 'note' }> }) {
  const { transcript: text } = useText().review;
  const { code, isError } = entry;
  if (!isError || code === 'api_retry') {
    const said =
      code === 'init'
        ? text.started(entry.text)
        : code === 'api_retry'
          ? text.retry(entry.text)
          : code === 'compact_boundary'
            ? text.compacted
            : entry.text;
    return <p className="entry-note">{said}</p>;
  }
  const title = (code === null ? undefined : text.errors[code]) ?? text.error;
  return (
    <div className="entry-error" role="note">
      <strong>{title}</strong>
      {code !== null && <span className="mono faint">{code}</span>}
      {entry.text !== '' && <p>{entry.text}</p>}
    </div>
  );
}
