/** Says that a version is ready to be installed, or being installed, until somebody has decided. */
import { IconDownload } from '@tabler/icons-react';
import { useText } from '../context.ts';
import { UpdateChoices } from './UpdateChoices.tsx';
import './updates.css';
import { useUpdate } from './use-update.ts';

export function UpdateBanner() {
  const { updates } = useText();
  const { view, order } = useUpdate();
  const phase = view?.phase;
  if (phase?.at === 'installing') {
    return (
      <div className="banner" role="status" data-tone="accent" data-testid="update-banner">
        <IconDownload size={17} aria-hidden="true" />
        <strong>{updates.installing(phase.version)}</strong>
      </div>
    );
  }
  if (phase?.at !== 'ready' || phase.isPutOff) return null;
  const { waits, version, keepsAttempts } = phase;
  return (
    <div className="banner" role="status" data-tone="accent" data-testid="update-banner">
      <IconDownload size={17} aria-hidden="true" />
      <strong>{waits ? updates.waiting(version) : updates.ready(version)}</strong>
      <span className="dim clip">{keepsAttempts ? updates.readyNote : updates.readyIdle}</span>
      <UpdateChoices phase={phase} order={order} />
    </div>
  );
}
