/** Asks before tasks that wait are cancelled: how many, and to type that number. */
import { Button, Group, Modal, Select, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMemo, useState } from 'react';
import { PRIORITIES, Priority } from '../../shared/domain/task.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useAnswer } from '../components/use-answer.ts';
import { useCall } from '../components/use-call.ts';
import { useLanguage, useText } from '../context.ts';
import { whole } from '../format/size.ts';

const ASK_AGAIN_MS = 3_000;
const ALL = 'all';

export function ClearDialog({ onClose }: { onClose(): void }) {
  const { queue, common, priorities } = useText();
  const { clearing: words } = queue;
  const language = useLanguage();
  const [what, setWhat] = useState<string>(ALL);
  const [typed, setTyped] = useState('');
  const priority = Priority.safeParse(what).data;
  const question = useMemo(() => (priority ? { priority } : {}), [priority]);
  const { value } = useAnswer('queue.count', question, ASK_AGAIN_MS);
  const clear = useCall('queue.clear');
  const count = value?.count ?? null;

  async function confirm(confirmed: number): Promise<void> {
    const done = await clear.run({
      confirm: confirmed,
      ...(priority && { scope: { priority } }),
    });
    if (!done) return;
    notifications.show({ message: words.done(whole(done.cancelled, language)) });
    onClose();
  }

  return (
    <Modal opened onClose={onClose} title={words.title} data-testid="queue-clear-dialog">
      <Select
        mb="sm"
        label={words.what}
        data={[
          { value: ALL, label: words.all },
          ...PRIORITIES.map((one) => ({ value: one, label: words.ofPriority(priorities[one]) })),
        ]}
        value={what}
        onChange={(chosen) => chosen && setWhat(chosen)}
        allowDeselect={false}
      />
      {count !== null && (
        <Text size="sm" c="var(--kb-dim)" mb="sm">
          {count === 0 ? words.nothing : words.lead(whole(count, language))}
        </Text>
      )}
      {count !== null && count > 0 && (
        <TextInput
          label={words.type(String(count))}
          value={typed}
          inputMode="numeric"
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          data-testid="queue-clear-number"
        />
      )}
      {clear.error && <ErrorNote error={clear.error} />}
      <Group justify="flex-end" gap={8} mt="md">
        <Button variant="default" onClick={onClose}>
          {common.cancel}
        </Button>
        <Button
          color="red"
          disabled={count === null || count === 0 || typed.trim() !== String(count)}
          loading={clear.isBusy}
          onClick={() => count !== null && void confirm(count)}
          data-testid="queue-clear-confirm"
        >
          {words.confirm}
        </Button>
      </Group>
    </Modal>
  );
}
