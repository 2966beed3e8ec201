/** The change of an attempt: its files on one side, the diff on the other, and what is said about its lines. */
import { Button, Loader, SegmentedControl, Select } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconArrowBackUp, IconClock, IconFileDiff, IconMessage } from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { AttemptDiff } from '../../../shared/contract-review.ts';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { Task } from '../../../shared/domain/task.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import type { CallError } from '../../client/call.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useApp, useData, useLanguage, useText } from '../../context.ts';
import { clockTime } from '../../format/time.ts';
import { selectTimeline } from '../../store/selectors.ts';
import { ChangeSize } from '../../tasks/ChangeSize.tsx';
import { isMerging } from '../actions.ts';
import { AttemptChooser, useAttempts } from '../AttemptChooser.tsx';
import { useMoment } from '../moment.ts';
import './changes.css';
import { DiffView } from './DiffView.tsx';
import { useReviewDraft, type ReviewDraft } from './review-draft.ts';
import './review.css';
import type { DiffLayout } from './rows.ts';
import { standingAt, type Standing } from './saved-at.ts';
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
  const [since, setSince] = useState<AttemptId | null>(null);
  const standing = useStanding(attempt);
  const checkpoint = standing.kind === 'checkpoint' ? standing.commit : null;
  const { diff, error } = useDiff(task, attempt, { since, checkpoint });
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
      <StandingNote standing={standing} />
    </>
  );
  const isKnown = standing.kind === 'newest' || standing.kind === 'checkpoint';
  if (!diff || !isKnown) {
    return (
      <>
        <div className="changes-bar">{head}</div>
        <NoDiff error={isKnown ? error : null} standing={standing} />
      </>
    );
  }
  const isReview =
    task.state === 'review' && task.change?.attemptId === attempt.id && !isMerging(task);
  // Of a part of the change, or of an earlier state of it, the numbers of lines are others.
  const isAll = since === null && standing.kind === 'newest';
  return (
    <div className="changes" data-testid="diff">
      <ChangesBar diff={diff} standing={standing} layout={layout} onLayout={setLayout}>
        {head}
      </ChangesBar>
      <DiffView
        diff={diff}
        layout={layout}
        attemptId={attempt.id}
        talk={talk}
        draft={isReview && isAll ? draft : null}
      />
      {isReview && draft.comments.length > 0 && <ReviewBar task={task} draft={draft} />}
    </div>
  );
}

interface NoDiffProps {
  readonly error: CallError | null;
  readonly standing: Standing;
}

function NoDiff({ error, standing }: NoDiffProps) {
  const { task, review } = useText();
  const { diff: text } = task;
  if (standing.kind === 'nothing') {
    return <Empty icon={<IconFileDiff size={26} />} title={review.changes.notSaved} />;
  }
  if (!error) return <Empty icon={<Loader size="sm" />} title={text.loading} />;
  // A checkpoint that is in no branch any more is cleared away some weeks later.
  const isGone = standing.kind === 'checkpoint' && error.code === 'branch_not_found';
  if (isGone) return <Empty icon={<IconFileDiff size={26} />} title={review.changes.savedGone} />;
  if (error.code === 'not_found') {
    return <Empty icon={<IconFileDiff size={26} />} title={text.none} />;
  }
  return (
    <div className="changes-error">
      <ErrorNote error={error} />
    </div>
  );
}

/** What is shown at the moment of the task. */
function useStanding(attempt: Attempt): Standing {
  const timeline = useData(selectTimeline);
  const [{ at }] = useMoment();
  const events = timeline?.events;
  return useMemo(() => standingAt(attempt, events ?? [], at), [attempt, events, at]);
}

/** Says that the state of an earlier moment is shown, with the way back. */
function StandingNote({ standing }: { readonly standing: Standing }) {
  const { changes: text } = useText().review;
  const language = useLanguage();
  const [moment, setMoment] = useMoment();
  if (standing.kind === 'newest' || moment.at === null) return null;
  return (
    <>
      <span className="num" data-testid="diff-standing">
        {standing.kind === 'checkpoint'
          ? text.savedAt(clockTime(standing.at, language), clockTime(moment.at, language))
          : clockTime(moment.at, language)}
      </span>
      <Button
        variant="default"
        leftSection={<IconClock size={14} />}
        onClick={() => setMoment({ ...moment, at: null })}
        data-testid="diff-newest"
      >
        {text.newest}
      </Button>
    </>
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
  readonly standing: Standing;
  readonly layout: DiffLayout;
  readonly children: ReactNode;
  onLayout(layout: DiffLayout): void;
}

function ChangesBar({ diff, standing, layout, children, onLayout }: ChangesBarProps) {
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
        <span className="dim clip">{standing.kind === 'newest' && review.changes.unfinished}</span>
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
