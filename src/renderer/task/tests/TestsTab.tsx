/** What the tests of an attempt said, case by case, and what became better or worse since the attempt before. */
import { Button, Loader, SegmentedControl } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { Task, TestSummary } from '../../../shared/domain/task.ts';
import { compareTests, type TestsCompared } from '../../../shared/test-output/compare.ts';
import type { TestReport } from '../../../shared/test-output/parse.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useLanguage, useText } from '../../context.ts';
import { whole } from '../../format/size.ts';
import { duration } from '../../format/time.ts';
import { AttemptChooser, useAttempts } from '../AttemptChooser.tsx';
import { CaseList } from './CaseList.tsx';
import './tests.css';
import { useTests } from './use-tests.ts';

export function TestsTab({ task }: { readonly task: Task }) {
  const { tests: text } = useText().review;
  const { attempts, attempt } = useAttempts(task);
  const before = attempts.findLast(
    (other) =>
      attempt && other.ordinal < attempt.ordinal && (testsOf(other)?.endedAt ?? null) !== null,
  );
  if (!attempt) return <Empty icon={<IconListCheck size={26} />} title={text.none} />;
  return <OpenTests key={attempt.id} task={task} attempt={attempt} before={before} />;
}

function testsOf({ phases }: Attempt) {
  return phases.findLast(({ phase }) => phase === 'test');
}

interface OpenTestsProps {
  readonly task: Task;
  readonly attempt: Attempt;
  readonly before: Attempt | undefined;
}

function OpenTests({ task, attempt, before }: OpenTestsProps) {
  const { tests: text } = useText().review;
  const run = testsOf(attempt);
  const { tests, error } = useTests(attempt, run?.endedAt ?? null);
  const { tests: earlier } = useTests(before, testsOf(before ?? attempt)?.endedAt ?? null);
  const chooser = <AttemptChooser task={task} />;
  const nothing = (title: string, isBusy = false) => (
    <>
      <div className="tests-bar">{chooser}</div>
      <Empty icon={isBusy ? <Loader size="sm" /> : <IconListCheck size={26} />} title={title} />
    </>
  );
  if (!run) return nothing(text.none);
  if (run.endedAt === null && attempt.endedAt === null) return nothing(text.running, true);
  if (error) return <div className="tests-error">{<ErrorNote error={error} />}</div>;
  if (!tests) return nothing(text.loading, true);
  const { summary, report } = tests;
  if (summary?.outcome === 'skipped') {
    const { code, why } = summary;
    return nothing(text.skipped(code ? text.skippedFor[code] : why));
  }
  if (!report) return nothing(text.none);
  const compared =
    before && earlier?.report && report.format !== null
      ? { ...compareTests(earlier.report.cases, report.cases), with: before.ordinal }
      : null;
  return (
    <div className="tests" data-testid="tests">
      <TestsHead summary={summary} report={report} chooser={chooser} compared={compared} />
      <Cases task={task} report={report} compared={compared} />
    </div>
  );
}

type Compared = TestsCompared & { readonly with: number };

interface TestsHeadProps {
  readonly summary: TestSummary | null;
  readonly report: TestReport;
  readonly chooser: ReactNode;
  readonly compared: Compared | null;
}

function TestsHead({ summary, report, chooser, compared }: TestsHeadProps) {
  const { tests: text } = useText().review;
  const language = useLanguage();
  const { passed, failed, skipped, format } = report;
  return (
    <div className="tests-bar">
      {chooser}
      {format !== null && (
        <span className="tests-counts num">
          {failed > 0 && (
            <strong data-outcome="failed">{text.failed(whole(failed, language))}</strong>
          )}
          <strong data-outcome="passed">{text.passed(whole(passed, language))}</strong>
          {skipped > 0 && <span>{text.skippedCount(whole(skipped, language))}</span>}
        </span>
      )}
      {compared && <Comparison compared={compared} />}
      {summary && summary.outcome !== 'skipped' && (
        <span className="tests-command">
          <span className="mono clip" title={summary.command}>
            {summary.command}
          </span>
          <span className="num" data-outcome={summary.outcome}>
            {text.exit(summary.exitCode)}
          </span>
          <span className="num faint">{duration(summary.durationMs)}</span>
        </span>
      )}
    </div>
  );
}

function Comparison({ compared }: { readonly compared: Compared }) {
  const { tests: text } = useText().review;
  const { fixed, broke, still } = compared;
  const isSame = fixed.length + broke.length + still.length === 0;
  return (
    <span className="tests-compared num" data-testid="tests-compared">
      <span className="faint">{text.compared(compared.with)}:</span>
      {fixed.length > 0 && <span data-outcome="passed">{text.fixed(fixed.length)}</span>}
      {broke.length > 0 && <span data-outcome="failed">{text.broke(broke.length)}</span>}
      {still.length > 0 && <span>{text.still(still.length)}</span>}
      {isSame && <span>{text.same}</span>}
    </span>
  );
}

interface CasesProps {
  readonly task: Task;
  readonly report: TestReport;
  readonly compared: Compared | null;
}

function Cases({ task, report, compared }: CasesProps) {
  const { review, task: words } = useText();
  const { tests: text } = review;
  const [isAll, setAll] = useState(report.failed === 0);
  const cases = useMemo(
    () => (isAll ? report.cases : report.cases.filter(({ outcome }) => outcome === 'failed')),
    [isAll, report.cases],
  );
  const terminal = (
    <Button component={Link} to={`/tasks/${task.id}/terminal`} variant="default">
      {words.failure.openTerminal}
    </Button>
  );
  if (report.format === null) {
    return (
      <Empty icon={<IconListCheck size={26} />} title={text.unread}>
        {terminal}
      </Empty>
    );
  }
  return (
    <>
      <div className="tests-tools">
        <SegmentedControl
          value={isAll ? 'all' : 'failed'}
          onChange={(value) => setAll(value === 'all')}
          data={[
            { value: 'failed', label: text.onlyFailed },
            { value: 'all', label: text.all },
          ]}
          data-testid="tests-filter"
        />
        <span className="faint">{report.format}</span>
        {report.isCut && <span className="dim">{text.cut}</span>}
        {terminal}
      </div>
      <CaseList cases={cases} fixed={compared?.fixed ?? NONE} broke={compared?.broke ?? NONE} />
    </>
  );
}

const NONE: readonly string[] = [];
