/** Sending back, rejecting, cancelling: asks for a word first. */
import { Button, Group, Modal, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Task } from '../../shared/domain/task.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useText } from '../context.ts';
import type { TaskAction } from './actions.ts';
import { useReviewDraft } from './changes/review-draft.ts';

export interface CommentDialogProps {
  readonly task: Task;
  /** The action asked about; `null`: closed. */
  readonly action: TaskAction | null;
  onClose(): void;
}

export function CommentDialog({ task, action, onClose }: CommentDialogProps) {
  const { common, review, task: text } = useText();
  const { dialogs } = text;
  const [comment, setComment] = useState('');
  const sendBack = useCall('tasks.send_back');
  const reject = useCall('tasks.reject');
  const cancel = useCall('tasks.cancel');
  const { id } = task;
  const draft = useReviewDraft(task);
  const isWithLines = action === 'send_back' && draft.comments.length > 0;

  const kinds = {
    send_back: {
      title: dialogs.sendBackTitle,
      lead: dialogs.sendBackText,
      placeholder: dialogs.sendBackPlaceholder,
      label: text.sendBack,
      call: sendBack,
      run: () => sendBack.run({ id, comment: comment.trim(), comments: [...draft.comments] }),
    },
    reject: {
      title: dialogs.rejectTitle,
      lead: dialogs.rejectText,
      placeholder: dialogs.rejectPlaceholder,
      label: text.reject,
      call: reject,
      run: () => reject.run({ id, comment: comment.trim() }),
    },
    cancel: {
      title: dialogs.cancelTitle,
      lead: dialogs.cancelText,
      placeholder: null,
      label: text.cancel,
      call: cancel,
      run: () => cancel.run({ id }),
    },
  };
  const kind =
    action === 'send_back' || action === 'reject' || action === 'cancel' ? kinds[action] : null;

  async function confirm(): Promise<void> {
    const done = await kind?.run();
    if (!done) return;
    if (action === 'send_back') draft.clear();
    setComment('');
    onClose();
  }

  return (
    <Modal opened={kind !== null} onClose={onClose} title={kind?.title} data-testid="task-dialog">
      {kind && (
        <>
          <Text size="sm" c="var(--kb-dim)" mb="sm">
            {kind.lead}
          </Text>
          {kind.placeholder !== null && (
            <Textarea
              aria-label={kind.placeholder}
              placeholder={kind.placeholder}
              value={comment}
              maxLength={20_000}
              autosize
              minRows={4}
              maxRows={14}
              data-autofocus
              onChange={(event) => setComment(event.currentTarget.value)}
              data-testid="comment"
            />
          )}
          {isWithLines && (
            <Text size="sm" mt="xs" data-testid="with-comments">
              {review.changes.withComments(draft.comments.length)}
            </Text>
          )}
          {kind.call.error && <ErrorNote error={kind.call.error} />}
          <Group justify="flex-end" gap={8} mt="md">
            <Button size="sm" variant="default" onClick={onClose}>
              {action === 'cancel' ? dialogs.keep : common.cancel}
            </Button>
            <Button
              size="sm"
              color={action === 'send_back' ? 'ai' : 'red'}
              disabled={action === 'send_back' && comment.trim() === '' && !isWithLines}
              loading={kind.call.isBusy}
              onClick={() => void confirm()}
              data-testid="confirm"
            >
              {kind.label}
            </Button>
          </Group>
        </>
      )}
    </Modal>
  );
}
