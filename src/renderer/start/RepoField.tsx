/** Which repository, and from which branch. In the desktop app a folder can be picked or dropped. */
import { ActionIcon, TextInput, Tooltip } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { useText } from '../context.ts';
import type { NewTaskDraft } from './new-task.ts';

export interface RepoFieldProps {
  readonly draft: NewTaskDraft;
  readonly error: string | null;
  change(part: Partial<NewTaskDraft>): void;
}

export function RepoField({ draft, change, error }: RepoFieldProps) {
  const { form } = useText().start;
  const bridge = window.koubou;

  async function pick(): Promise<void> {
    const folder = await bridge?.pickFolder();
    if (folder !== null && folder !== undefined) change({ repo: folder });
  }

  const picker = bridge && (
    <Tooltip label={form.pick}>
      <ActionIcon onClick={() => void pick()} aria-label={form.pick} data-testid="new-task-pick">
        <IconFolderOpen size={16} />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <div className="task-form-row">
      <TextInput
        label={form.repo}
        description={form.repoHint}
        placeholder={form.repoPlaceholder}
        value={draft.repo}
        error={error}
        maxLength={2_000}
        spellCheck={false}
        data-autofocus
        rightSection={picker}
        onChange={(event) => change({ repo: event.currentTarget.value })}
        data-testid="new-task-repo"
      />
      <TextInput
        label={form.branch}
        description={'\u00a0'}
        placeholder={form.branchPlaceholder}
        value={draft.base}
        maxLength={200}
        spellCheck={false}
        onChange={(event) => change({ base: event.currentTarget.value })}
        data-testid="new-task-branch"
      />
    </div>
  );
}
