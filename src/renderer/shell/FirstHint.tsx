/** For newcomers, once: the two keys that lead to everything else. Goes when one of them was used, or by its button. */
import { CloseButton } from '@mantine/core';
import { useApp, useData, useText, useUi } from '../context.ts';
import { selectHasSeenHint, selectHasTasks } from '../store/selectors.ts';
import { Keys } from './Keys.tsx';

export function FirstHint() {
  const { hint } = useText().shell;
  const { ui } = useApp();
  const hasSeen = useUi(selectHasSeenHint);
  const hasTasks = useData(selectHasTasks);
  // Before the first task the start screen has enough to say.
  if (hasSeen || !hasTasks) return null;
  return (
    <section className="first-hint" aria-label={hint.title} data-testid="first-hint">
      <CloseButton
        size="xs"
        aria-label={hint.close}
        onClick={() => ui.setState({ hasSeenHint: true })}
      />
      <p>
        <Keys keys="mod + K" /> {hint.palette}
      </p>
      <p>
        <Keys keys="?" /> {hint.help}
      </p>
    </section>
  );
}
