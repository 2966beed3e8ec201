/** What few tasks need, folded away: how confidential it is, where it must stay, what it needs, what it waits for, when it begins. */
import { Checkbox, Select, TextInput } from '@mantine/core';
import { SECURITY_LEVELS } from '../../shared/domain/security.ts';
import { useText } from '../context.ts';
import type { NewTaskDraft } from './new-task.ts';

export interface MoreFieldsProps {
  readonly draft: NewTaskDraft;
  change(part: Partial<NewTaskDraft>): void;
  /** What was refused about a field of the call. */
  wrong(field: string): string | null;
}

export function MoreFields({ draft, change, wrong }: MoreFieldsProps) {
  const { analysis, start } = useText();
  const { more } = start;
  return (
    <details className="task-form-more">
      <summary data-testid="new-task-more">{more.title}</summary>
      <div className="task-form-grid">
        <Select
          label={analysis.facts.security}
          placeholder={more.asFound}
          data={SECURITY_LEVELS.map((value) => ({ value, label: analysis.securityLevels[value] }))}
          value={draft.security}
          clearable
          onChange={(security) => change({ security })}
          data-testid="new-task-security"
        />
        <TextInput
          label={analysis.facts.location}
          placeholder={more.asFound}
          value={draft.location}
          maxLength={100}
          error={wrong('location')}
          onChange={({ currentTarget }) => change({ location: currentTarget.value })}
          data-testid="new-task-location"
        />
        <TextInput
          label={analysis.facts.needs}
          placeholder="python3 gpu os.linux"
          value={draft.needs}
          error={wrong('needs')}
          onChange={({ currentTarget }) => change({ needs: currentTarget.value })}
          data-testid="new-task-needs"
        />
        <TextInput
          label={analysis.facts.concurrency}
          placeholder="path:src/api"
          value={draft.concurrency}
          error={wrong('concurrency')}
          onChange={({ currentTarget }) => change({ concurrency: currentTarget.value })}
          data-testid="new-task-concurrency"
        />
        <TextInput
          label={more.after}
          placeholder="task-12 task-13"
          value={draft.after}
          error={wrong('after')}
          onChange={({ currentTarget }) => change({ after: currentTarget.value })}
          data-testid="new-task-after"
        />
        <TextInput
          label={more.at}
          type="datetime-local"
          value={draft.at}
          error={wrong('at')}
          onChange={({ currentTarget }) => change({ at: currentTarget.value })}
          data-testid="new-task-at"
        />
      </div>
      {draft.after.trim() !== '' && (
        <Checkbox
          mt="xs"
          label={more.skip}
          checked={draft.upstream === 'skip'}
          onChange={({ currentTarget: { checked } }) =>
            change({ upstream: checked ? 'skip' : 'wait' })
          }
        />
      )}
    </details>
  );
}
