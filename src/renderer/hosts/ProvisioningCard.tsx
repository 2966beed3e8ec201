/** One provisioning: a line that says how far it is, and, opened, each step, what is asked, and what went wrong. */
import { Button, Tooltip } from '@mantine/core';
import { IconChevronRight, IconRefresh, IconX } from '@tabler/icons-react';
import { memo, useState } from 'react';
import type { Provisioning } from '../../shared/provisioning.ts';
import { Elapsed } from '../components/Elapsed.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useText } from '../context.ts';
import type { Text } from '../i18n/en.ts';
import { hasEnded } from '../store/hosts.ts';
import { Question } from './Question.tsx';
import { StateIcon } from './StateIcon.tsx';
import { Steps } from './Steps.tsx';
import { TunnelBadge } from './TunnelBadge.tsx';
import { problemWords, stepWords } from './words.ts';

export interface ProvisioningCardProps {
  readonly provisioning: Provisioning;
  readonly isOneOfFew: boolean;
}

export const ProvisioningCard = memo(function ProvisioningCard(props: ProvisioningCardProps) {
  const { provisioning: run, isOneOfFew } = props;
  const text = useText();
  const { hosts } = text;
  const [choice, setChoice] = useState<boolean | null>(null);
  const retry = useCall('provisionings.retry');
  const cancel = useCall('provisionings.cancel');
  const { question, error } = run;
  const isOpen = choice ?? (question !== null || (isOneOfFew && run.state !== 'done'));
  const callError = retry.error ?? cancel.error;
  return (
    <article
      className="run panel"
      data-state={run.state}
      data-testid="provisioning"
      data-id={run.id}
      aria-label={`${run.target}, ${messageOf(run, text)}`}
    >
      <div className="run-head">
        <button
          type="button"
          className="run-toggle"
          aria-expanded={isOpen}
          aria-label={`${run.target}: ${hosts.runs.open}`}
          onClick={() => setChoice(!isOpen)}
        >
          <IconChevronRight className="run-chevron" size={15} aria-hidden="true" />
          <StateIcon state={run.state} />
          <strong className="clip mono run-target">{run.target}</strong>
          {run.kind !== 'add' && <span className="run-kind">{hosts.runs.kinds[run.kind]}</span>}
          <span className="clip run-message">
            {isOpen && error ? stoppedAt(run, hosts.runs) : messageOf(run, text)}
          </span>
        </button>
        {run.tunnel && <TunnelBadge />}
        <StepTrack run={run} />
        <span className="faint run-time">
          {run.state !== 'waiting' && <Elapsed since={run.startedAt} until={run.endedAt} />}
        </span>
        <Actions run={run} retry={retry} cancel={cancel} />
      </div>
      {isOpen && (
        <div className="run-body">
          <Steps run={run}>
            {question ? (
              <Question key={question.n} id={run.id} question={question} />
            ) : (
              error && <Problem run={run} error={error} />
            )}
          </Steps>
          {callError && <ErrorNote error={callError} />}
        </div>
      )}
    </article>
  );
});

interface ActionsProps {
  readonly run: Provisioning;
  readonly retry: ReturnType<typeof useCall<'provisionings.retry'>>;
  readonly cancel: ReturnType<typeof useCall<'provisionings.cancel'>>;
}

function Actions({ run: { id, state, target }, retry, cancel }: ActionsProps) {
  const { runs } = useText().hosts;
  if (state === 'failed' || state === 'cancelled') {
    return (
      <Tooltip label={runs.retryHint}>
        <Button
          variant="light"
          leftSection={<IconRefresh size={14} />}
          loading={retry.isBusy}
          onClick={() => void retry.run({ id })}
          aria-label={`${target}: ${runs.retry}`}
          data-testid="provisioning-retry"
        >
          {runs.retry}
        </Button>
      </Tooltip>
    );
  }
  if (state === 'done') return null;
  // Plain, as there are hundreds of them: a tooltip of our own costs more than the rest of the line.
  return (
    <button
      type="button"
      className="run-cancel"
      title={`${runs.cancel}. ${runs.cancelHint}`}
      disabled={cancel.isBusy}
      onClick={() => void cancel.run({ id })}
      aria-label={`${target}: ${runs.cancel}`}
      data-testid="provisioning-cancel"
    >
      <IconX size={15} aria-hidden="true" />
    </button>
  );
}

/** All steps as little marks, so that a hundred hosts can be taken in at a glance. */
function StepTrack({ run: { steps } }: { readonly run: Provisioning }) {
  const { runs } = useText().hosts;
  const done = steps.filter(({ state }) => state !== 'waiting' && state !== 'running').length;
  return (
    <span className="run-track" role="img" aria-label={runs.progress(done, steps.length)}>
      {steps.map(({ name, state }) => (
        <span key={name} data-state={state} />
      ))}
    </span>
  );
}

interface ProblemProps {
  readonly run: Provisioning;
  readonly error: NonNullable<Provisioning['error']>;
}

function Problem({ run, error }: ProblemProps) {
  const text = useText();
  const { runs } = text.hosts;
  const { words, detail } = problemWords(error, text);
  return (
    <div
      className="run-problem"
      role="alert"
      data-testid="provisioning-error"
      data-code={error.code}
    >
      <p>
        <strong>{stoppedAt(run, runs)}</strong>
        <code>{error.code}</code>
      </p>
      <p className="run-problem-text">{words}</p>
      {detail !== null && <p className="run-problem-text dim">{detail}</p>}
    </div>
  );
}

function stoppedAt({ steps }: Provisioning, words: Text['hosts']['runs']): string {
  const step = steps.find(({ state }) => state === 'failed');
  return step ? words.stoppedAt(words.steps[step.name]) : words.problem;
}

/** How it stands, in a sentence: what its present step says, or how it ended. */
function messageOf(run: Provisioning, text: Text): string {
  const words = text.hosts.runs;
  if (run.state === 'waiting') return words.waiting;
  if (run.state === 'cancelled') return words.cancelled;
  if (run.state === 'done') return doneWords(run, words);
  if (run.error && hasEnded(run)) return problemWords(run.error, text).words;
  const step = run.steps.find(({ state }) => state === 'asking' || state === 'running');
  if (run.state === 'asking') return words.asking;
  if (!step) return '';
  const said = stepWords(step, text);
  return said === '' ? words.steps[step.name] : `${words.steps[step.name]}: ${said}`;
}

function doneWords({ kind }: Provisioning, words: Text['hosts']['runs']): string {
  switch (kind) {
    case 'add':
      return words.done;
    case 'check':
      return words.checked;
    case 'uninstall':
      return words.removed;
  }
}
