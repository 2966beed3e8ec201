/** The steps of a provisioning, one under the other: state, what was found, time, what the host printed and asks. */
import { IconChevronRight } from '@tabler/icons-react';
import { memo, useState, type ReactNode } from 'react';
import type { PreflightItem, Provisioning, ProvisioningStep } from '../../shared/provisioning.ts';
import { Elapsed } from '../components/Elapsed.tsx';
import { useText } from '../context.ts';
import { duration } from '../format/time.ts';
import { Report } from './Report.tsx';
import { StateIcon } from './StateIcon.tsx';
import { StepOutput } from './StepOutput.tsx';
import { UploadBar } from './UploadBar.tsx';
import { stepWords } from './words.ts';

const NO_REPORT: readonly PreflightItem[] = [];

export interface StepsProps {
  readonly run: Provisioning;
  /** What belongs to the step that asks or failed: the question, or what went wrong. */
  readonly children: ReactNode;
}

export function Steps({ run, children }: StepsProps) {
  const { runs } = useText().hosts;
  const at = run.steps.find(({ state }) => state === 'asking' || state === 'failed')?.name;
  return (
    <ol className="steps" aria-label={`${run.target}: ${runs.open}`}>
      {run.steps.map((step) => (
        <Step
          key={step.name}
          step={step}
          report={step.name === 'preflight' ? run.report : NO_REPORT}
        >
          {step.name === at && children}
        </Step>
      ))}
      {at === undefined && children && <li>{children}</li>}
    </ol>
  );
}

interface StepProps {
  readonly step: ProvisioningStep;
  readonly report: readonly PreflightItem[];
  readonly children: ReactNode;
}

const Step = memo(function Step({ step, report, children }: StepProps) {
  const text = useText();
  const { runs } = text.hosts;
  const [isOpen, setOpen] = useState(false);
  const { name, state, output, progress } = step;
  const message = stepWords(step, text);
  // What went wrong is told below it.
  const said =
    state === 'failed' && children ? '' : message || (state === 'asking' ? runs.asking : '');
  const hasMore = output !== '' || report.length > 0;
  const label = `${runs.steps[name]}: ${runs.stepStates[state]}`;
  const line = (
    <>
      <StateIcon state={state} size={16} />
      <span className="step-name">{runs.steps[name]}</span>
      <span className="step-message">{said}</span>
      <span className="faint num step-time">
        <StepTime step={step} />
      </span>
    </>
  );
  return (
    <li className="step" data-state={state} data-step={name} data-testid="step">
      {hasMore ? (
        <button
          type="button"
          className="step-line"
          aria-expanded={isOpen}
          aria-label={`${label}. ${message}`}
          onClick={() => setOpen(!isOpen)}
        >
          {line}
          <IconChevronRight className="run-chevron" size={14} aria-hidden="true" />
        </button>
      ) : (
        <div className="step-line">
          {line}
          <span className="step-hidden">{runs.stepStates[state]}</span>
        </div>
      )}
      {progress && state === 'running' && <UploadBar progress={progress} />}
      {isOpen && report.length > 0 && <Report items={report} />}
      {isOpen && output !== '' && <StepOutput text={output} />}
      {!isOpen && report.length > 0 && state !== 'done' && <Report items={report} isShort />}
      {children ? <div className="step-more">{children}</div> : null}
    </li>
  );
});

function StepTime({ step: { state, startedAt, ms } }: { readonly step: ProvisioningStep }) {
  if (startedAt === null || state === 'skipped') return null;
  if (state === 'running') return <Elapsed since={startedAt} until={null} />;
  return duration(ms);
}
