/** The change of a task: its files on one side, the diff on the other. */
import { Loader, SegmentedControl } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconFileDiff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Diff } from '../../../shared/contract.ts';
import type { Task } from '../../../shared/domain/task.ts';
import type { CallError } from '../../client/call.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useApp, useText } from '../../context.ts';
import { ChangeSize } from '../../tasks/ChangeSize.tsx';
import './changes.css';
import { DiffView } from './DiffView.tsx';
import type { DiffLayout } from './rows.ts';

export function ChangesTab({ task }: { readonly task: Task }) {
  const { diff: text } = useText().task;
  const { diff, error } = useDiff(task);
  const [layout, setLayout] = useLocalStorage<DiffLayout>({
    key: 'koubou.diff',
    defaultValue: 'unified',
  });
  if (!task.change) return <Empty icon={<IconFileDiff size={26} />} title={text.none} />;
  if (error) return <div className="changes-error">{<ErrorNote error={error} />}</div>;
  if (!diff) return <Empty icon={<Loader size="sm" />} title={text.loading} />;
  return (
    <div className="changes" data-testid="diff">
      <div className="changes-bar">
        <span className="num">{text.files(diff.stats.files)}</span>
        <ChangeSize stats={diff.stats} />
        <span className="mono faint clip">
          {diff.base} ← {diff.branch}
        </span>
        <SegmentedControl
          value={layout}
          onChange={(value) => setLayout(value === 'split' ? 'split' : 'unified')}
          data={[
            { value: 'unified', label: text.unified },
            { value: 'split', label: text.split },
          ]}
          data-testid="diff-layout"
        />
      </div>
      <DiffView diff={diff} layout={layout} />
    </div>
  );
}

interface DiffAnswer {
  /** The commit it was asked for. */
  readonly commit: string | null;
  readonly diff: Diff | null;
  readonly error: CallError | null;
}

const NO_ANSWER: DiffAnswer = { commit: null, diff: null, error: null };

/** Read anew for every commit that is up for review. */
function useDiff({ id, change }: Task): DiffAnswer {
  const { session } = useApp();
  const [answer, setAnswer] = useState(NO_ANSWER);
  const commit = change?.commit ?? null;
  useEffect(() => {
    if (commit === null) return;
    let isCurrent = true;
    void session.api.call('tasks.diff', { id }).then((result) => {
      if (!isCurrent) return;
      setAnswer(
        result.ok
          ? { commit, diff: result.value, error: null }
          : { commit, diff: null, error: result.error },
      );
    });
    return () => {
      isCurrent = false;
    };
  }, [session, id, commit]);
  return answer.commit === commit ? answer : NO_ANSWER;
}
