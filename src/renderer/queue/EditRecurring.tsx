/** The form of a recurring task: what is made, when, and what when the one before is still open. */
import { Button, Group, Modal, Select, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { RecurringShown } from '../../shared/contract-making.ts';
import { ENGINE_CHOICES } from '../../shared/domain/engine.ts';
import { PRIORITIES } from '../../shared/domain/task.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useText } from '../context.ts';
import { draftOf, emptyDraft, inputOf, type RecurringDraft } from './recurring-draft.ts';

export interface EditRecurringProps {
  /** `null`: a new one. */
  readonly shown: RecurringShown | null;
  onClose(): void;
}

export function EditRecurring({ shown, onClose }: EditRecurringProps) {
  const { queue, common, engines, priorities, start } = useText();
  const { recurring: words } = queue;
  const save = useCall('recurring.save');
  const [draft, setDraft] = useState<RecurringDraft>(() =>
    shown ? draftOf(shown) : emptyDraft(Intl.DateTimeFormat().resolvedOptions().timeZone),
  );
  const change = (part: Partial<RecurringDraft>): void =>
    setDraft((before) => ({ ...before, ...part }));

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (await save.run(inputOf(draft))) onClose();
  }

  const wrong = (field: string): string | null =>
    save.error?.fields.find(({ path }) => path === field || path === `task.${field}`)?.message ??
    null;
  const text = (field: 'cron' | 'timeZone' | 'repo' | 'title') => ({
    error: wrong(field),
    value: draft[field],
    required: true,
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      change({ [field]: currentTarget.value }),
    'data-testid': `recurring-${field}`,
  });
  return (
    <Modal opened onClose={onClose} title={shown ? words.editTitle : words.addTitle} size="lg">
      <form className="queue-form" onSubmit={(event) => void submit(event)}>
        <TextInput label={words.name} {...text('title')} />
        <TextInput label={words.repo} {...text('repo')} />
        <Textarea
          label={words.body}
          rows={3}
          value={draft.body}
          onChange={({ currentTarget }) => change({ body: currentTarget.value })}
        />
        <Group grow align="start">
          <TextInput label={words.cron} description={words.cronHint} {...text('cron')} />
          <TextInput
            label={words.zone}
            description="Asia/Tokyo, Europe/London, UTC"
            {...text('timeZone')}
          />
        </Group>
        <Group grow align="start">
          <Select
            label={words.priority}
            data={PRIORITIES.map((value) => ({ value, label: priorities[value] }))}
            value={draft.priority}
            allowDeselect={false}
            onChange={(priority) => priority && change({ priority })}
          />
          <Select
            label={words.overlap}
            data={(['skip', 'allow'] as const).map((value) => ({
              value,
              label: words.overlaps[value],
            }))}
            value={draft.overlap}
            allowDeselect={false}
            onChange={(overlap) => overlap && change({ overlap })}
          />
        </Group>
        <Group grow align="start">
          <Select
            label={start.form.engine}
            placeholder={words.usualEngine}
            data={ENGINE_CHOICES.map((value) => ({ value, label: engines[value] }))}
            value={draft.engine}
            clearable={shown === null}
            allowDeselect={shown === null}
            error={wrong('engine')}
            onChange={(engine) => change({ engine })}
            data-testid="recurring-engine"
          />
          <TextInput
            label={start.form.command}
            placeholder={start.form.commandPlaceholder}
            value={draft.run}
            disabled={draft.engine !== 'command'}
            required={draft.engine === 'command'}
            error={wrong('engine.run')}
            onChange={({ currentTarget }) => change({ run: currentTarget.value })}
            data-testid="recurring-run"
          />
        </Group>
        {save.error && <ErrorNote error={save.error} />}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" loading={save.isBusy} data-testid="recurring-save">
            {words.save}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
