/** What stands above the settings: a mistake in the file, a save that was refused, changes that wait for a restart. */
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { SETTINGS } from '../../shared/settings.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useText } from '../context.ts';
import type { SettingsForm } from './use-settings.ts';

export function SettingsNotes({ form }: { readonly form: SettingsForm }) {
  const { settings: words } = useText();
  const { view, error } = form;
  const waiting = (view?.settings ?? []).filter(
    ({ key, value, inForce, flag }) =>
      SETTINGS[key].takes === 'restart' && flag === null && value !== inForce,
  );
  return (
    <>
      {view?.problem && (
        <div className="settings-note" data-tone="red" role="alert" data-testid="settings-problem">
          <IconAlertTriangle size={17} aria-hidden="true" />
          <div>
            <strong>{words.problem(view.problem.line)}</strong>
            <p>{words.problemTodo}</p>
            <p className="settings-note-said">{view.problem.message}</p>
            <code>{view.file}</code>
          </div>
          <Button variant="default" onClick={() => void form.reload()}>
            {words.again}
          </Button>
        </div>
      )}
      {error?.code === 'settings_changed' ? (
        <p className="settings-note" data-tone="amber" role="alert" data-testid="settings-changed">
          <IconAlertTriangle size={17} aria-hidden="true" />
          <span>{words.changedElsewhere}</span>
        </p>
      ) : (
        error && <ErrorNote error={error} />
      )}
      {waiting.length > 0 && <RestartNote count={waiting.length} />}
    </>
  );
}

function RestartNote({ count }: { readonly count: number }) {
  const { settings: words } = useText();
  const [state, setState] = useState<'idle' | 'busy' | 'by-hand'>(
    window.koubou ? 'idle' : 'by-hand',
  );
  async function restart(): Promise<void> {
    setState('busy');
    const isOurs = (await window.koubou?.restart()) ?? false;
    setState(isOurs ? 'idle' : 'by-hand');
  }
  return (
    <div className="settings-note" data-tone="amber" role="status" data-testid="settings-restart">
      <IconRefresh size={17} aria-hidden="true" />
      <div>
        <strong>{words.waits(count)}</strong>
        <p>{state === 'by-hand' ? words.restartByHand : words.restartHint}</p>
      </div>
      {state !== 'by-hand' && (
        <Button
          variant="default"
          loading={state === 'busy'}
          onClick={() => void restart()}
          data-testid="settings-restart-now"
        >
          {words.restart}
        </Button>
      )}
    </div>
  );
}
