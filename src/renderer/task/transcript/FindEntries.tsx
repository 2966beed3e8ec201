/** Finding words in the transcript: Enter for the next match, Shift Enter for the one before. */
import { ActionIcon, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { Entry } from '../../../shared/transcript/entry.ts';
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
  const go = (step: 1 | -1): void => {
    if (found.length === 0) return;
    const from = at < 0 ? (step === 1 ? -1 : 0) : at;
    const next = (from + step + found.length) % found.length;
    setAt(next);
    onGo(found[next] ?? 0);
  };
  return (
    <div className="transcript-find">
      <TextInput
        size="xs"
        leftSection={<IconSearch size={13} />}
        placeholder={text.find}
        aria-label={text.find}
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setAt(-1);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
        data-testid="transcript-find"
      />
      <span className="faint num" role="status">
        {query.trim() !== '' &&
          (found.length === 0 ? text.noMatch : text.matches(at + 1, found.length))}
      </span>
      <ActionIcon aria-label={text.previous} onClick={() => go(-1)}>
        <IconChevronUp size={15} />
      </ActionIcon>
      <ActionIcon aria-label={text.next} onClick={() => go(1)}>
        <IconChevronDown size={15} />
      </ActionIcon>
    </div>
  );
}
