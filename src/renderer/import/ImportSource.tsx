/** Where one pastes or types what is to be imported, or picks files; small once something is there. */
import { Button, FileButton, Loader, Textarea } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useState, type ClipboardEvent } from 'react';
import { useApp, useText } from '../context.ts';
import { takeDrop, takeFiles, type Drop } from './drop.ts';

export interface ImportSourceProps {
  readonly isReading: boolean;
  readonly isFirst: boolean;
}

export function ImportSource({ isReading, isFirst }: ImportSourceProps) {
  const { imports: words } = useText();
  const { ui } = useApp();
  const [text, setText] = useState('');
  const add = (drop: Drop): void =>
    ui.setState(({ imports }) => ({ imports: [...(imports ?? []), drop] }));
  const pathOf = (file: File): string => window.koubou?.pathOf(file) ?? '';

  // With what the browser knows besides the text: the titles of links, files.
  function paste(event: ClipboardEvent): void {
    const taken = text === '' ? takeDrop(event.clipboardData, pathOf) : null;
    if (!taken) return;
    event.preventDefault();
    void taken.then(add);
  }

  function read(): void {
    add({ kind: 'payload', payload: { kind: 'text', text } });
    setText('');
  }

  if (isReading && isFirst) {
    return (
      // The dialog gives the focus to what is there when it opens; the first item takes it from here.
      <div className="import-reading" role="status" tabIndex={-1} data-autofocus>
        <Loader size={18} /> {words.reading}
      </div>
    );
  }
  return (
    <div className="import-source" data-first={isFirst}>
      {isFirst && <p className="import-lead">{words.lead}</p>}
      <Textarea
        aria-label={words.source}
        placeholder={isFirst ? words.placeholder : words.more}
        value={text}
        autosize
        minRows={isFirst ? 6 : 1}
        maxRows={isFirst ? 14 : 4}
        spellCheck={false}
        data-autofocus={isFirst || undefined}
        onPaste={paste}
        onChange={(event) => setText(event.currentTarget.value)}
        data-testid="import-text"
      />
      <div className="import-source-buttons">
        {isReading && <Loader size={16} aria-label={words.reading} />}
        <FileButton multiple onChange={(files) => void takeFiles(files).then(add)}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconFileImport size={14} />}>
              {words.pick}
            </Button>
          )}
        </FileButton>
        <Button
          variant={isFirst ? 'filled' : 'default'}
          disabled={text.trim() === ''}
          onClick={read}
          data-testid="import-read"
        >
          {words.read}
        </Button>
      </div>
    </div>
  );
}
