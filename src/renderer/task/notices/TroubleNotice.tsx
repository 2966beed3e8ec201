/** The trouble of a task as what it is: reconnecting, standing still, going on from kept work, parked, waiting. */
import {
  IconArrowForwardUp,
  IconHourglass,
  IconParkingCircle,
  IconPlayerPause,
  IconPlugConnectedX,
} from '@tabler/icons-react';
import type { AgentId } from '../../../shared/ids.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { Countdown } from '../../components/Countdown.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { useData, useText } from '../../context.ts';
import { shortCommit } from '../../format/repo.ts';
import { selectAgentName, selectAttempt } from '../../store/selectors.ts';
import { evidenceOf, type TaskTrouble } from '../../store/trouble.ts';
import { TerminalLink } from './FailureNotice.tsx';
import { Said } from './Said.tsx';
import { Notice } from './Notice.tsx';

type Of<K extends TaskTrouble['kind']> = Extract<TaskTrouble, { kind: K }>;

export interface TroubleNoticeProps {
  readonly task: Task;
  readonly trouble: TaskTrouble;
}

export function TroubleNotice({ task, trouble }: TroubleNoticeProps) {
  const agentId = useData(selectAttempt(task.attemptId))?.agentId;
  switch (trouble.kind) {
    case 'reconnecting':
      return <Reconnecting trouble={trouble} agentId={agentId} />;
    case 'paused':
      return <Paused trouble={trouble} agentId={agentId} />;
    case 'resuming':
    case 'interrupted':
      return <Resuming trouble={trouble} />;
    case 'parked':
      return <Parked task={task} trouble={trouble} />;
    case 'waiting':
      return <Waiting task={task} trouble={trouble} />;
  }
}

interface OnAgent<K extends TaskTrouble['kind']> {
  readonly trouble: Of<K>;
  readonly agentId: AgentId | undefined;
}

function Reconnecting({ trouble, agentId }: OnAgent<'reconnecting'>) {
  const { reconnecting } = useText().troubles;
  const agent = useData(selectAgentName(agentId)) ?? '';
  return (
    <Notice
      tone="amber"
      testId="notice-reconnecting"
      icon={<IconPlugConnectedX size={18} aria-hidden="true" />}
      title={reconnecting.title(agent)}
    >
      <p>
        {/* A reader that hears every second hears nothing else. */}
        <span aria-live="off">
          <Countdown
            until={trouble.givenAwayAt}
            words={reconnecting.text}
            after={reconnecting.now}
          />
        </span>{' '}
        <span className="dim">{reconnecting.todo}</span>
      </p>
    </Notice>
  );
}

function Paused({ trouble, agentId }: OnAgent<'paused'>) {
  const { paused, since } = useText().troubles;
  const agent = useData(selectAgentName(agentId)) ?? '';
  return (
    <Notice
      tone="amber"
      testId="notice-paused"
      icon={<IconPlayerPause size={18} aria-hidden="true" />}
      title={paused.title}
    >
      <p>
        {paused.text(agent)}{' '}
        <span className="faint">
          <RelativeTime at={trouble.since} words={since} />
        </span>
      </p>
    </Notice>
  );
}

function Resuming({ trouble }: { readonly trouble: Of<'resuming' | 'interrupted'> }) {
  const { resuming } = useText().troubles;
  const { attemptId, commit, at } = trouble.from;
  const before = useData(selectAttempt(attemptId));
  const agent = useData(selectAgentName(before?.agentId)) ?? '';
  const title =
    trouble.kind === 'resuming' ? resuming.title(attemptId, agent) : resuming.next(attemptId);
  return (
    <Notice
      tone="blue"
      testId={`notice-${trouble.kind}`}
      icon={<IconArrowForwardUp size={18} aria-hidden="true" />}
      title={title}
    >
      <p className="dim">
        <RelativeTime at={at} words={(age) => resuming.text(shortCommit(commit), age)} />
      </p>
    </Notice>
  );
}

function Parked({ task, trouble }: { readonly task: Task; readonly trouble: Of<'parked'> }) {
  const { parked } = useText().troubles;
  const { places } = evidenceOf(trouble.evidence);
  return (
    <Notice
      tone="red"
      testId="notice-parked"
      icon={<IconParkingCircle size={18} aria-hidden="true" />}
      title={
        <>
          {parked.title}
          <code className="error-note-code">kills_agents</code>
        </>
      }
      action={<TerminalLink task={task} />}
    >
      <p>
        {parked.text} <strong>{parked.todo}</strong>
      </p>
      {places.length === 0 ? (
        <Said text={trouble.evidence} />
      ) : (
        <>
          <p className="notice-lead">{parked.evidence}</p>
          <ol className="notice-places">
            {places.map((place) => (
              <li key={place} className="mono">
                {place}
              </li>
            ))}
          </ol>
        </>
      )}
    </Notice>
  );
}

function Waiting({ task, trouble }: { readonly task: Task; readonly trouble: Of<'waiting'> }) {
  const { troubles, failures } = useText();
  const { waiting } = troubles;
  const { failure } = task;
  return (
    <Notice
      tone="amber"
      testId="notice-waiting"
      icon={<IconHourglass size={18} aria-hidden="true" />}
      title={
        <>
          {failure && failures[failure.code].title}
          {failure && <code className="error-note-code">{failure.code}</code>}
        </>
      }
    >
      <p>
        {failure && `${failures[failure.code].todo} `}
        <span aria-live="off">
          <Countdown until={trouble.retryAt} words={waiting.text} after={waiting.now} />
        </span>
      </p>
      {failure && failure.message !== '' && <Said text={failure.message} />}
    </Notice>
  );
}
