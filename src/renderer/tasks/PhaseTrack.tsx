/** The seven steps of an attempt as seven short bars, with the present one named, or how long it all took. */
import { isAttemptEnd, PHASES, type Attempt } from '../../shared/domain/attempt.ts';
import { Elapsed } from '../components/Elapsed.tsx';
import { useText } from '../context.ts';

export function PhaseTrack({ attempt }: { readonly attempt: Attempt }) {
  const { phases, task } = useText();
  const runs = new Map(attempt.phases.map((run) => [run.phase, run]));
  const current = attempt.phases.findLast((run) => run.endedAt === null) ?? attempt.phases.at(-1);
  const label = current ? phases[current.phase] : task.timeline.notStarted;
  return (
    <span className="track" role="img" aria-label={label}>
      {PHASES.map((phase) => {
        const run = runs.get(phase);
        const state = run ? (run.outcome ?? 'running') : 'ahead';
        return <span key={phase} className="track-step" data-state={state} />;
      })}
      <span className="track-label">
        {isAttemptEnd(attempt.state) ? (
          <Elapsed since={attempt.startedAt ?? attempt.assignedAt} until={attempt.endedAt} />
        ) : (
          current && label
        )}
      </span>
    </span>
  );
}
