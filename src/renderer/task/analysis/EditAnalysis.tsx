/** The dialog that puts right what was found of a task: what a person says there stands above all else. */
import { Button, Group, Modal, Select, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { TASK_SIZES } from '../../../shared/domain/analysis.ts';
import { SECURITY_LEVELS } from '../../../shared/domain/security.ts';
import { SPECIALTIES } from '../../../shared/domain/specialty.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useCall } from '../../components/use-call.ts';
import { useText } from '../../context.ts';
import { changeOf, draftOf, type AnalysisDraft } from './draft.ts';

export interface EditAnalysisProps {
  readonly task: Task;
  onClose(): void;
}

/** Fields beside each other stand in one line. */
const HINT_BELOW: ('label' | 'input' | 'description' | 'error')[] = [
  'label',
  'input',
  'description',
  'error',
];

export function EditAnalysis({ task, onClose }: EditAnalysisProps) {
  const { analysis: words, common, specialties } = useText();
  const [draft, setDraft] = useState<AnalysisDraft>(() => draftOf(task));
  const update = useCall('tasks.update');
  const change = (part: Partial<AnalysisDraft>): void =>
    setDraft((before) => ({ ...before, ...part }));

  async function save(): Promise<void> {
    if (await update.run(changeOf(task, draft))) onClose();
  }

  return (
    <Modal opened onClose={onClose} title={words.changeTitle} data-testid="analysis-dialog">
      <Text size="sm" c="var(--kb-dim)" mb="sm">
        {words.changeLead}
      </Text>
      <Group grow align="start" mb="sm">
        <Select
          label={words.facts.specialty}
          data={SPECIALTIES.map((value) => ({ value, label: specialties[value] }))}
          value={draft.specialty}
          onChange={(specialty) => specialty && change({ specialty })}
          allowDeselect={false}
          data-testid="analysis-specialty"
        />
        <Select
          label={words.facts.size}
          data={TASK_SIZES.map((value) => ({ value, label: words.sizes[value] }))}
          value={draft.size}
          onChange={(size) => size && change({ size })}
          allowDeselect={false}
        />
      </Group>
      <Group grow align="start" mb="sm">
        <Select
          label={words.facts.security}
          data={SECURITY_LEVELS.map((value) => ({ value, label: words.securityLevels[value] }))}
          value={draft.security}
          onChange={(security) => security && change({ security })}
          allowDeselect={false}
          data-testid="analysis-security"
        />
        <TextInput
          label={words.facts.location}
          description={words.locationHint}
          inputWrapperOrder={HINT_BELOW}
          value={draft.location}
          onChange={({ currentTarget }) => change({ location: currentTarget.value })}
          data-testid="analysis-location"
        />
      </Group>
      <TextInput
        mb="sm"
        label={words.facts.needs}
        description={words.needsHint}
        inputWrapperOrder={HINT_BELOW}
        value={draft.needs}
        onChange={({ currentTarget }) => change({ needs: currentTarget.value })}
        data-testid="analysis-needs"
      />
      <Textarea
        mb="sm"
        label={words.facts.concurrency}
        description={words.concurrencyHint}
        inputWrapperOrder={HINT_BELOW}
        value={draft.concurrency}
        autosize
        minRows={1}
        maxRows={5}
        onChange={({ currentTarget }) => change({ concurrency: currentTarget.value })}
      />
      {update.error && <ErrorNote error={update.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          {common.cancel}
        </Button>
        <Button loading={update.isBusy} onClick={() => void save()} data-testid="analysis-save">
          {words.save}
        </Button>
      </Group>
    </Modal>
  );
}
