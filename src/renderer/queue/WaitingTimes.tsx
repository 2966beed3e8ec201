/** How long tasks of each priority waited lately, against what is aimed at, with the switch that pauses a priority. */
import { Switch } from '@mantine/core';
import type { OutputOf } from '../../shared/contract.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useText } from '../context.ts';
import { percent } from '../format/size.ts';
import { duration } from '../format/time.ts';

type Queue = OutputOf<'queue.get'>;

export interface WaitingTimesProps {
  readonly times: Queue['times'];
  readonly pauses: Queue['pauses'];
  onChanged(): void;
}

export function WaitingTimes({ times, pauses, onChanged }: WaitingTimesProps) {
  const { queue, priorities } = useText();
  const { times: words } = queue;
  const pause = useCall('queue.pause');
  const resume = useCall('queue.resume');
  const error = pause.error ?? resume.error;
  return (
    <section className="queue-card panel" aria-labelledby="queue-times" data-testid="queue-times">
      <h2 id="queue-times">{words.title}</h2>
      <p className="dim">{words.lead}</p>
      {error && <ErrorNote error={error} />}
      <table className="queue-table">
        <thead>
          <tr>
            <th scope="col">{words.priority}</th>
            <th scope="col">{words.target}</th>
            <th scope="col">{words.half}</th>
            <th scope="col">{words.most}</th>
            <th scope="col">{words.share}</th>
            <th scope="col">{words.givenOut}</th>
          </tr>
        </thead>
        <tbody>
          {times.map(({ priority, targetMs, p50Ms, p95Ms, withinTarget }) => {
            const scope = { priority };
            const isPaused = pauses.some((one) => 'priority' in one && one.priority === priority);
            return (
              <tr key={priority}>
                <th scope="row">{priorities[priority]}</th>
                <td className="num dim">{duration(targetMs)}</td>
                <td className="num">{p50Ms === null ? '–' : duration(p50Ms)}</td>
                <td className="num">{p95Ms === null ? '–' : duration(p95Ms)}</td>
                <td className="num" data-late={withinTarget !== null && withinTarget < 0.9}>
                  {withinTarget === null ? '–' : `${percent(withinTarget)} %`}
                </td>
                <td>
                  <Switch
                    size="xs"
                    aria-label={words.switchOf(priorities[priority])}
                    checked={!isPaused}
                    onChange={() => void (isPaused ? resume : pause).run({ scope }).then(onChanged)}
                    data-testid={`queue-priority-${priority}`}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
