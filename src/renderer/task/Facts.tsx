/** The column beside the views: what was asked, and the plain facts. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { engineOf, modelOf } from '../../shared/domain/engine.ts';
import type { Task, TestSummary } from '../../shared/domain/task.ts';
import { Markdown } from '../components/Markdown.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useData, useLanguage, useText } from '../context.ts';
import { whole } from '../format/size.ts';
import { duration, exact } from '../format/time.ts';
import type { Text } from '../i18n/en.ts';
import { selectAttempt } from '../store/selectors.ts';
import { AnalysisFacts } from './analysis/AnalysisFacts.tsx';
import { Feedbacks } from './Feedbacks.tsx';
import { KeptWork } from './KeptWork.tsx';
import { PullPanel } from './pull/PullPanel.tsx';
import { WorkflowSteps } from './workflow/WorkflowSteps.tsx';

export function Facts({ task }: { readonly task: Task }) {
  const text = useText();
  const language = useLanguage();
  const { facts } = text.task;
  return (
    <aside className="facts" aria-label={facts.title}>
      {task.pull && <PullPanel task={task} pull={task.pull} />}
      <section>
        <h2>{facts.description}</h2>
        {task.body === '' ? (
          <p className="faint">{facts.noDescription}</p>
        ) : (
          <div className="facts-body">
            <Markdown text={task.body} />
          </div>
        )}
      </section>
      {task.analysis && <AnalysisFacts task={task} analysis={task.analysis} />}
      {task.workflow && <WorkflowSteps task={task} workflow={task.workflow} />}
      <KeptWork task={task} />
      {task.feedback.length > 0 && <Feedbacks feedback={task.feedback} />}
      <section>
        <h2>{facts.title}</h2>
        <dl>
          <Fact name={facts.repo} isMono>
            {task.repo.url}
          </Fact>
          {task.repo.base !== null && (
            <Fact name={facts.base} isMono>
              {task.repo.base}
            </Fact>
          )}
          {task.change && (
            <Fact name={facts.branch} isMono>
              {task.change.branch}
            </Fact>
          )}
          {task.merge?.state === 'merged' && (
            <Fact name={facts.merged}>
              <span className="mono">{task.merge.commit.slice(0, 10)}</span>{' '}
              <span className="faint">{text.task.how[task.merge.how]}</span>
            </Fact>
          )}
          {task.change && <Fact name={facts.tests}>{testsText(task.change.tests, text)}</Fact>}
          <EngineFact task={task} />
          {task.localOnly && <Fact name={facts.localOnly}>{facts.staysThere}</Fact>}
          <Usage task={task} />
          <Fact name={facts.priority}>{text.priorities[task.priority]}</Fact>
          {task.specialty !== null && !task.analysis && (
            <Fact name={facts.specialty}>{text.specialties[task.specialty]}</Fact>
          )}
          <OtherNeeds task={task} />
          {task.after.length > 0 && (
            <Fact name={facts.after}>
              {task.after.map((id) => (
                <Link key={id} className="facts-task mono" to={`/tasks/${id}`}>
                  {id}
                </Link>
              ))}
            </Fact>
          )}
          <Bonds task={task} />
          {task.at !== null && <Fact name={facts.at}>{exact(task.at, language)}</Fact>}
          <Fact name={facts.created}>
            <RelativeTime at={task.createdAt} /> <span className="faint">{task.createdBy}</span>
          </Fact>
        </dl>
      </section>
    </aside>
  );
}

interface FactProps {
  readonly name: string;
  readonly isMono?: boolean;
  readonly children: ReactNode;
}

function Fact({ name, isMono = false, children }: FactProps) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd className={isMono ? 'mono' : undefined}>{children}</dd>
    </div>
  );
}

/** Needs that the analysis does not tell of already. */
function OtherNeeds({ task: { needs, analysis } }: { readonly task: Task }) {
  const { facts } = useText().task;
  const found = new Set(analysis?.needs.map(({ value }) => value));
  const others = needs.filter((need) => !found.has(need));
  return others.length > 0 && <Fact name={facts.needs}>{others.join(', ')}</Fact>;
}

function EngineFact({ task: { engine: asked, attemptId } }: { readonly task: Task }) {
  const { engines, task } = useText();
  const attempt = useData(selectAttempt(attemptId));
  const engine = asked.kind === 'auto' ? engineOf({ engine: asked }, attempt) : asked;
  const detail = engine.kind === 'command' ? engine.run : modelOf(engine) || undefined;
  return (
    <Fact name={task.facts.engine}>
      {asked.kind === 'auto' && engine !== asked && <>{engines.auto}: </>}
      {engines[engine.kind]}
      {detail !== undefined && (
        <span className="mono faint fact-detail" title={detail}>
          {detail}
        </span>
      )}
    </Fact>
  );
}

/** What it shares with others: turns, the batch, the pattern it comes from, who leads it. */
function Bonds({ task }: { readonly task: Task }) {
  const { analysis: words } = useText();
  const { facts } = words;
  const { batch, concurrency, recurring, site, upstream } = task;
  return (
    <>
      {upstream === 'skip' && <Fact name={facts.upstream}>{words.skips}</Fact>}
      {concurrency.length > 0 && (
        <Fact name={facts.concurrency} isMono>
          {concurrency.join(', ')}
        </Fact>
      )}
      {batch !== null && (
        <Fact name={facts.batch}>
          <Link to={`/tasks?${new URLSearchParams({ batch }).toString()}`}>{batch}</Link>
        </Fact>
      )}
      {recurring !== null && (
        <Fact name={facts.recurring} isMono>
          {recurring}
        </Fact>
      )}
      {site !== null && <Fact name={facts.site}>{site}</Fact>}
    </>
  );
}

function Usage({ task }: { readonly task: Task }) {
  const { facts } = useText().task;
  const language = useLanguage();
  const usage = useData(selectAttempt(task.attemptId))?.usage;
  if (!usage) return null;
  const tokens = facts.tokens(whole(usage.inputTokens + usage.outputTokens, language));
  return (
    <Fact name={facts.usage}>
      <span className="num">{tokens}</span>
      {usage.costUsd !== null && (
        <span className="num"> · {facts.cost(usage.costUsd.toFixed(2))}</span>
      )}
    </Fact>
  );
}

function testsText(tests: TestSummary, { task: { facts } }: Text): string {
  if (tests.outcome === 'skipped') return facts.testsSkipped(tests.why);
  const words = tests.outcome === 'passed' ? facts.testsPassed : facts.testsFailed;
  return `${words} · ${duration(tests.durationMs)} · ${tests.command}`;
}
