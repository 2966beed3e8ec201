/** The coordinator's own troubles, one line each, those that stop the taking of work first. */
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { CONDITIONS } from '../../shared/domain/condition.ts';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useData, useText } from '../context.ts';
import { selectConditions } from '../store/selectors.ts';

export function Conditions() {
  const { conditions: words, since: sinceWords } = useText().troubles;
  const conditions = useData(selectConditions);
  const rank = (kind: keyof typeof CONDITIONS): number => (CONDITIONS[kind].blocking ? 0 : 1);
  return conditions
    .toSorted((a, b) => rank(a.kind) - rank(b.kind))
    .map(({ kind, message, since }) => {
      const { blocking } = CONDITIONS[kind];
      const Icon = blocking ? IconAlertTriangle : IconInfoCircle;
      return (
        <div
          key={kind}
          className="banner"
          role={blocking ? 'alert' : 'status'}
          data-tone={blocking ? 'red' : 'amber'}
          data-testid="condition"
          data-kind={kind}
        >
          <Icon size={17} aria-hidden="true" />
          <strong>{words[kind].coordinator}</strong>
          <span className="dim clip" title={message}>
            {message}
          </span>
          <span className="banner-since">
            <RelativeTime at={since} words={sinceWords} />
          </span>
        </div>
      );
    });
}
