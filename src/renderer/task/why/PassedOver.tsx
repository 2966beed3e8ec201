/** How many agents more there were, and what kept them from the task. */
import type { PassedCount } from '../../../shared/domain/attempt.ts';
import { useText } from '../../context.ts';
import { lackWords } from '../reasons.ts';

export function PassedOver({ passed }: { readonly passed: readonly PassedCount[] }) {
  const text = useText();
  const { placement } = text;
  if (passed.length === 0) return null;
  return (
    <p className="dim" data-testid="why-passed">
      {placement.others}:{' '}
      {passed
        .map(({ code, count }) =>
          placement.count(
            count,
            code === 'outscored' ? placement.outscored : lackWords({ code }, text),
          ),
        )
        .join(' · ')}
    </p>
  );
}
