/** Finding words in the terminal. */
import { useState } from 'react';
import { FindField } from '../../components/FindField.tsx';
import { useText } from '../../context.ts';

export interface FindBoxProps {
  find(words: string, direction: 'next' | 'previous'): boolean;
}

export function FindBox({ find }: FindBoxProps) {
  const { terminal: text } = useText().task;
  const [words, setWords] = useState('');
  const [isFound, setFound] = useState(true);
  return (
    <FindField
      value={words}
      label={text.find}
      previous={text.findPrevious}
      next={text.findNext}
      testId="terminal-find"
      problem={isFound ? undefined : text.noMatch}
      onChange={(value) => {
        setWords(value);
        setFound(true);
      }}
      onGo={(direction) => setFound(words === '' || find(words, direction))}
    />
  );
}
