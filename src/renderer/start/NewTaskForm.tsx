/** The form of a new task: repository, title, what to do, engine. Refusals show at their field or below. */
import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useEffect, useState, type FormEvent } from 'react';
import { PRIORITIES, type Task } from '../../shared/domain/task.ts';
import { useEngines, usualEngine } from '../accounts/use-engines.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useApp, useText } from '../context.ts';
import type { UiState } from '../store/ui.ts';
import { EngineChoice } from './EngineChoice.tsx';
import { EMPTY_DRAFT, inputOf, lackingFields, type NewTaskDraft } from './new-task.ts';
import { MoreFields } from './MoreFields.tsx';
import { RepoField } from './RepoField.tsx';

export interface NewTaskFormProps {
  onCreated(task: Task): void;
  /** Somebody has begun to fill it in. */
  onTouched?(): void;
}

export function NewTaskForm({ onCreated, onTouched }: NewTaskFormProps) {
  const { start, priorities } = useText();
  const { ui } = useApp();
  const { form } = start;
  const engines = useEngines();
  const [given, setDraft] = useState<NewTaskDraft>(() => ({
    ...(ui.getState().refusedDraft ?? EMPTY_DRAFT),
    ...droppedInto(ui.getState()),
  }));
  const draft = { ...given, engine: given.engine ?? usualEngine(engines ?? []) };
  const [isTried, setTried] = useState(false);
  const create = useCall('tasks.create');
  const change = (part: Partial<NewTaskDraft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    create.clear();
    onTouched?.();
  };

  useEffect(() => {
    ui.setState({ droppedRepo: null });
    return ui.subscribe(({ droppedRepo }) => {
      if (droppedRepo === null) return;
      setDraft((before) => ({ ...before, repo: droppedRepo }));
      ui.setState({ droppedRepo: null });
    });
  }, [ui]);

  const lacking = isTried ? lackingFields(draft) : [];
  const wrong = (field: string): string | null => {
    if (lacking.some((name) => name === field)) return form.required;
    return create.error?.fields.find(({ path }) => path === field)?.message ?? null;
  };

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setTried(true);
    if (lackingFields(draft).length > 0) return;
    const task = await create.run(inputOf(draft));
    ui.setState({ refusedDraft: task ? null : given });
    if (task) onCreated(task);
  }

  return (
    <form className="task-form" onSubmit={(event) => void submit(event)} noValidate>
      <RepoField draft={draft} change={change} error={wrong('repo')} />
      <TextInput
        label={form.name}
        placeholder={form.namePlaceholder}
        value={draft.title}
        maxLength={500}
        error={wrong('title')}
        onChange={(event) => change({ title: event.currentTarget.value })}
        data-testid="new-task-title"
      />
      <Textarea
        label={form.body}
        placeholder={form.bodyPlaceholder}
        value={draft.body}
        error={wrong('body')}
        rows={3}
        classNames={{ input: 'task-form-body' }}
        onChange={(event) => change({ body: event.currentTarget.value })}
        data-testid="new-task-body"
      />
      <EngineChoice
        draft={draft}
        engines={engines}
        change={change}
        error={wrong('run') ?? wrong('engine.run')}
      />
      <MoreFields draft={draft} change={change} wrong={wrong} />
      {create.error && <ErrorNote error={create.error} />}
      <div className="task-form-submit">
        <Select
          aria-label={form.priority}
          w={130}
          data={PRIORITIES.map((value) => ({ value, label: priorities[value] }))}
          value={draft.priority}
          onChange={(priority) => priority && change({ priority })}
          data-testid="new-task-priority"
        />
        <Button type="submit" size="sm" loading={create.isBusy} data-testid="new-task-submit">
          {form.submit}
        </Button>
      </div>
    </form>
  );
}

function droppedInto({ droppedRepo }: UiState): Partial<NewTaskDraft> {
  return droppedRepo === null ? {} : { repo: droppedRepo };
}
