/** The seven steps of an attempt as seven short bars, with the present one named. */
import { PHASES, type Attempt } from '../../shared/domain/attempt.ts';
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
      {current && <span className="track-label">{label}</span>}
    </span>
  );
}
