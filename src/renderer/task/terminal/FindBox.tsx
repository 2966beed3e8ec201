/** Finding words in the terminal: Enter for the next match, Shift Enter for the one before. */
import { ActionIcon, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useText } from '../../context.ts';

export interface FindBoxProps {
  find(words: string, direction: 'next' | 'previous'): boolean;
}

export function FindBox({ find }: FindBoxProps) {
  const { terminal: text } = useText().task;
  const [words, setWords] = useState('');
  const [isFound, setFound] = useState(true);
  const go = (direction: 'next' | 'previous'): void => {
    setFound(words === '' || find(words, direction));
  };
  return (
    <div className="find">
      <TextInput
        size="xs"
        leftSection={<IconSearch size={13} />}
        placeholder={text.find}
        aria-label={text.find}
        value={words}
        error={!isFound}
        title={isFound ? undefined : text.noMatch}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          setFound(true);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? 'previous' : 'next');
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
        data-testid="terminal-find"
      />
      <ActionIcon aria-label={text.findPrevious} onClick={() => go('previous')}>
        <IconChevronUp size={15} />
      </ActionIcon>
      <ActionIcon aria-label={text.findNext} onClick={() => go('next')}>
        <IconChevronDown size={15} />
      </ActionIcon>
    </div>
  );
}
