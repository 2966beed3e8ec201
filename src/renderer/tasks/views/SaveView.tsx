/** Keeps the filter, order and view that are shown now, under a name. */
import { Button, Popover, TextInput } from '@mantine/core';
import { IconBookmarkPlus } from '@tabler/icons-react';
import { useState, type SubmitEvent } from 'react';
import { useText } from '../../context.ts';
import { MOST_VIEWS, useViews } from './use-views.ts';

export function SaveView({ query }: { readonly query: string }) {
  const { views: words } = useText().taskList;
  const { views, change } = useViews();
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState('');
  const isFull = views.length >= MOST_VIEWS;

  async function save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const view = { id: crypto.randomUUID(), name: name.trim(), query };
    if (!(await change((before) => [...before, view]))) return;
    setName('');
    setOpen(false);
  }

  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" trapFocus>
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconBookmarkPlus size={14} />}
          onClick={() => setOpen(!isOpen)}
          data-testid="save-view"
        >
          {words.save}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={words.save}>
        <form className="save-view" onSubmit={(event) => void save(event)}>
          <TextInput
            size="xs"
            label={words.name}
            value={name}
            maxLength={60}
            error={isFull ? words.full : undefined}
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
            data-testid="view-name"
          />
          <Button
            size="xs"
            type="submit"
            disabled={name.trim() === '' || isFull}
            data-testid="view-keep"
          >
            {words.save}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
