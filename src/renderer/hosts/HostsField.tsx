/** The field for hosts: typed, pasted, dropped as a text file, or read from one that is picked. */
import { Button, FileButton, Textarea } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useState, type DragEvent } from 'react';
import { useText } from '../context.ts';

export interface HostsFieldProps {
  readonly text: string;
  onChange(text: string): void;
}

/** The coordinator reads no more at once. */
const MOST_CHARACTERS = 200_000;

export function HostsField({ text, onChange }: HostsFieldProps) {
  const { add: words } = useText().hosts;
  const [isOver, setOver] = useState(false);
  const [isTooLarge, setTooLarge] = useState(false);

  async function read(file: File | null | undefined): Promise<void> {
    if (!file) return;
    const isLarge = file.size > MOST_CHARACTERS;
    setTooLarge(isLarge);
    if (!isLarge) onChange(joined(text, await file.text()));
  }

  // The window takes dropped folders for new tasks: what falls here is for this field alone.
  const takeDrag = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = 'copy';
    setOver(true);
  };
  const takeDrop = (event: DragEvent): void => {
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    void read(file);
  };

  return (
    <div
      className="hosts-field"
      data-over={isOver}
      onDragOver={takeDrag}
      onDragLeave={() => setOver(false)}
      onDrop={takeDrop}
      data-testid="hosts-drop"
    >
      <Textarea
        label={words.field}
        description={words.hint}
        placeholder={words.placeholder}
        value={text}
        error={isTooLarge ? words.fileTooLarge : null}
        autosize
        minRows={3}
        maxRows={10}
        maxLength={MOST_CHARACTERS}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        data-autofocus
        onChange={(event) => {
          setTooLarge(false);
          onChange(event.currentTarget.value);
        }}
        data-testid="hosts-text"
      />
      <FileButton accept=".txt,.csv,.tsv,text/plain,text/csv" onChange={(file) => void read(file)}>
        {(props) => (
          <Button
            {...props}
            className="hosts-file"
            variant="subtle"
            size="compact-xs"
            leftSection={<IconFileText size={13} />}
          >
            {words.file}
          </Button>
        )}
      </FileButton>
    </div>
  );
}

function joined(before: string, more: string): string {
  return before.trim() === '' ? more : `${before.trimEnd()}\n${more}`;
}
