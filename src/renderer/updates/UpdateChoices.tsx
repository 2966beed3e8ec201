/** What can be done about a version that is ready: at once, when nothing runs, or not now. */
import { Button } from '@mantine/core';
import type { UpdatePhase } from '../../shared/update.ts';
import { useText } from '../context.ts';
import type { UpdateHand } from './use-update.ts';

export interface UpdateChoicesProps {
  readonly phase: Extract<UpdatePhase, { at: 'ready' }>;
  readonly order: UpdateHand['order'];
}

export function UpdateChoices({
  phase: { waits, isPutOff, keepsAttempts },
  order,
}: UpdateChoicesProps) {
  const { updates } = useText();
  return (
    <div className="update-choices">
      {keepsAttempts && (
        <Button
          size="compact-sm"
          onClick={() => order({ do: 'install', when: 'now' })}
          data-testid="update-now"
        >
          {updates.now}
        </Button>
      )}
      {!waits && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => order({ do: 'install', when: 'idle' })}
          data-testid="update-idle"
        >
          {updates.idle}
        </Button>
      )}
      {!isPutOff && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => order({ do: 'install', when: 'later' })}
          data-testid="update-later"
        >
          {updates.later}
        </Button>
      )}
    </div>
  );
}
