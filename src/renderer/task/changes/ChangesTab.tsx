/** The change of an attempt: its files on one side, the diff on the other, and what is said about its lines. */
import { Button, Loader, SegmentedControl, Select } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconArrowBackUp, IconFileDiff, IconMessage } from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { AttemptDiff } from '../../../shared/contract-review.ts';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { Task } from '../../../shared/domain/task.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useApp, useText } from '../../context.ts';
import { ChangeSize } from '../../tasks/ChangeSize.tsx';
import { isMerging } from '../actions.ts';
import { AttemptChooser, useAttempts } from '../AttemptChooser.tsx';
import './changes.css';
import { DiffView } from './DiffView.tsx';
import { useReviewDraft, type ReviewDraft } from './review-draft.ts';
import './review.css';
import type { DiffLayout } from './rows.ts';
import { talkOf, type Talk } from './talk.ts';
import { useDiff } from './use-diff.ts';
import { useViewed } from './viewed.ts';

export function ChangesTab({ task }: { readonly task: Task }) {
  const { diff: text } = useText().task;
  const { attempts, attempt } = useAttempts(task);
  if (!attempt) return <Empty icon={<IconFileDiff size={26} />} title={text.none} />;
  const earlier = attempts.filter(
    (other) => other.ordinal < attempt.ordinal && other.state === 'succeeded',
  );
  return <OpenChange key={attempt.id} task={task} attempt={attempt} earlier={earlier} />;
}

interface OpenChangeProps {
  readonly task: Task;
  readonly attempt: Attempt;
  /** Attempts before, which left a change. */
  readonly earlier: readonly Attempt[];
}

function OpenChange({ task, attempt, earlier }: OpenChangeProps) {
  const { diff: text } = useText().task;
  const [since, setSince] = useState<AttemptId | null>(null);
  const { diff, error } = useDiff(task, attempt, since);
  const [layout, setLayout] = useLocalStorage<DiffLayout>({
    key: 'koubou.diff',
    defaultValue: 'unified',
  });
  const draft = useReviewDraft(task);
  const talk = useTalk(task, draft);
  const head = (
    <>
      <AttemptChooser task={task} />
      <SinceChooser earlier={earlier} since={since} onSince={setSince} />
    </>
  );
  if (!diff) {
    return (
      <>
        <div className="changes-bar">{head}</div>
        {!error && <Empty icon={<Loader size="sm" />} title={text.loading} />}
        {error?.code === 'not_found' && (
          <Empty icon={<IconFileDiff size={26} />} title={text.none} />
        )}
        {error && error.code !== 'not_found' && (
          <div className="changes-error">
            <ErrorNote error={error} />
          </div>
        )}
      </>
    );
  }
  const isReview =
    task.state === 'review' && task.change?.attemptId === attempt.id && !isMerging(task);
  const isWhole = since === null;
  return (
    <div className="changes" data-testid="diff">
      <ChangesBar diff={diff} layout={layout} onLayout={setLayout}>
        {head}
      </ChangesBar>
      <DiffView
        diff={diff}
        layout={layout}
        attemptId={attempt.id}
        talk={talk}
        // Of a part of the change, the numbers of lines before it are others.
        draft={isReview && isWhole ? draft : null}
      />
      {isReview && draft.comments.length > 0 && <ReviewBar task={task} draft={draft} />}
    </div>
  );
}

function useTalk(task: Task, { comments }: ReviewDraft): readonly Talk[] {
  return useMemo(
    () => [
      ...talkOf(task),
      ...comments.map((comment) => ({
        key: `draft ${comment.side} ${comment.line}`,
        comment,
        said: null,
      })),
    ],
    [task, comments],
  );
}

interface ChangesBarProps {
  readonly diff: AttemptDiff;
  readonly layout: DiffLayout;
  readonly children: ReactNode;
  onLayout(layout: DiffLayout): void;
}

function ChangesBar({ diff, layout, children, onLayout }: ChangesBarProps) {
  const { task, review } = useText();
  const { diff: text } = task;
  const { viewed } = useViewed(diff.commit);
  const read = diff.files.filter(({ path }) => viewed.has(path)).length;
  return (
    <div className="changes-bar">
      {children}
      <span className="num">{text.files(diff.stats.files)}</span>
      <ChangeSize stats={diff.stats} />
      {read > 0 && (
        <span className="num faint">{review.changes.viewedOf(read, diff.files.length)}</span>
      )}
      {diff.isDone ? (
        <span className="mono faint clip">
          {diff.base} ← {diff.branch}
        </span>
      ) : (
        <span className="dim clip">{review.changes.unfinished}</span>
      )}
      <SegmentedControl
        value={layout}
        onChange={(value) => onLayout(value === 'split' ? 'split' : 'unified')}
        data={[
          { value: 'unified', label: text.unified },
          { value: 'split', label: text.split },
        ]}
        data-testid="diff-layout"
      />
    </div>
  );
}

interface SinceChooserProps {
  readonly earlier: readonly Attempt[];
  readonly since: AttemptId | null;
  onSince(since: AttemptId | null): void;
}

function SinceChooser({ earlier, since, onSince }: SinceChooserProps) {
  const { changes: text } = useText().review;
  if (earlier.length === 0) return null;
  return (
    <Select
      size="xs"
      w={150}
      aria-label={text.compare}
      data={[
        { value: '', label: text.whole },
        ...earlier.map(({ id, ordinal }) => ({ value: id, label: text.since(ordinal) })),
      ]}
      value={since ?? ''}
      onChange={(value) => onSince(earlier.find(({ id }) => id === value)?.id ?? null)}
      data-testid="diff-since"
    />
  );
}

function ReviewBar({ task, draft }: { readonly task: Task; readonly draft: ReviewDraft }) {
  const { changes: text } = useText().review;
  const { ui } = useApp();
  return (
    <div className="review-bar" role="status" data-testid="review-bar">
      <IconMessage size={16} aria-hidden="true" />
      <strong>{text.review(draft.comments.length)}</strong>
      <Button variant="subtle" color="gray" onClick={draft.clear}>
        {text.discard}
      </Button>
      <Button
        leftSection={<IconArrowBackUp size={15} />}
        onClick={() => ui.setState({ askedTask: { id: task.id, action: 'send_back' } })}
        data-testid="review-send"
      >
        {text.sendBack}
      </Button>
    </div>
  );
}
