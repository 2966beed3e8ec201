/** Finding words in the transcript. */
import { useEffect, useState } from 'react';
import type { Entry } from '../../../shared/transcript/entry.ts';
import { FindField } from '../../components/FindField.tsx';
import { useText } from '../../context.ts';
import { useMatches } from './search.ts';

export interface FindEntriesProps {
  readonly entries: readonly Entry[];
  onGo(n: number): void;
}

export function FindEntries({ entries, onGo }: FindEntriesProps) {
  const { transcript: text } = useText().review;
  const [query, setQuery] = useState('');
  const found = useMatches(entries, query);
  const [at, setAt] = useState(-1);
  /** A step asked for before anything was found: it is made with the first match. */
  const [asked, setAsked] = useState<1 | -1 | null>(null);
  const go = (step: 1 | -1): void => {
    if (found.length === 0) {
      setAsked(step);
      return;
    }
    const from = at < 0 ? (step === 1 ? -1 : 0) : at;
    const next = (from + step + found.length) % found.length;
    setAt(next);
    onGo(found[next] ?? 0);
  };
  useEffect(() => {
    if (asked === null || found.length === 0) return;
    setAsked(null);
    go(asked);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only a match that came, or a step that was asked for, leads anywhere
  }, [asked, found.length > 0]);
  return (
    <FindField
      value={query}
      label={text.find}
      previous={text.previous}
      next={text.next}
      testId="transcript-find"
      onChange={(value) => {
        setQuery(value);
        setAt(-1);
        setAsked(null);
      }}
      onGo={(direction) => go(direction === 'next' ? 1 : -1)}
    >
      <span className="transcript-found faint num" role="status">
        {query.trim() !== '' &&
          (found.length === 0 ? text.noMatch : text.matches(at + 1, found.length))}
      </span>
    </FindField>
  );
}
