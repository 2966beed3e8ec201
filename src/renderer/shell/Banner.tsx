/** Says when the coordinator is away after it was there, and what is being done about it. */
import { IconInfoCircle, IconPlugConnectedX } from '@tabler/icons-react';
import { useData, useText, useUi } from '../context.ts';
import type { CoordinatorState } from '../../shared/bridge.ts';
import type { Text } from '../i18n/en.ts';
import { selectCoordinator, selectIsLoaded, selectLink } from '../store/selectors.ts';
import type { LinkState } from '../store/ui.ts';

export function Banner() {
  const { connection } = useText();
  const coordinator = useUi(selectCoordinator);
  const link = useUi(selectLink);
  const isLoaded = useData(selectIsLoaded);
  const trouble = isLoaded ? troubleOf(coordinator, link, connection) : null;
  if (trouble !== null) {
    return (
      <div className="banner" role="alert" data-testid="connection-banner">
        <IconPlugConnectedX size={17} aria-hidden="true" />
        <strong>{trouble}</strong>
        <span className="dim clip">{connection.lostNote}</span>
      </div>
    );
  }
  if (coordinator.status === 'ready' && coordinator.note !== null) {
    return (
      <div className="banner" role="status" data-testid="connection-note">
        <IconInfoCircle size={17} aria-hidden="true" />
        {coordinator.note}
      </div>
    );
  }
  return null;
}

function troubleOf(
  coordinator: CoordinatorState,
  link: LinkState,
  words: Text['connection'],
): string | null {
  if (coordinator.status === 'restarting') {
    return words.restarting(coordinator.attempt, coordinator.most);
  }
  if (coordinator.status === 'starting') return words.starting;
  if (coordinator.status !== 'ready' || link === 'open') return null;
  return link === 'foreign' ? words.nonsense : words.lost;
}
