/** The second thought before everything is stopped: what will stand still, or end, and why. */
import { Button, Modal, Radio, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent } from 'react';
import type { StopHow } from '../../shared/domain/state.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useApp, useData, useText, useUi } from '../context.ts';
import { selectIsStopAsked, selectRunningCount } from '../store/selectors.ts';
import './emergency.css';
import { STOP_RED } from './red.ts';

const HOWS: readonly StopHow[] = ['freeze', 'end'];
/** As the operation takes it. */
const MOST_REASON = 500;

export function EmergencyDialog() {
  const { emergency } = useText();
  const { ui } = useApp();
  const isOpen = useUi(selectIsStopAsked);
  const close = (): void => ui.setState({ isStopAsked: false });
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title={emergency.title}
      size={500}
      data-testid="emergency-dialog"
    >
      <Asking onDone={close} />
    </Modal>
  );
}

function Asking({ onDone }: { readonly onDone: () => void }) {
  const { emergency: words } = useText();
  const running = useData(selectRunningCount);
  const [how, setHow] = useState<StopHow>('freeze');
  const [reason, setReason] = useState('');
  const stop = useCall('emergency.stop');

  async function act(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (await stop.run({ how, reason: reason.trim() })) onDone();
  }

  return (
    <form className="emergency-form" onSubmit={(event) => void act(event)}>
      <p data-testid="emergency-lead">{words.lead(running)}</p>
      <Radio.Group
        label={words.how}
        value={how}
        onChange={(value) => setHow(value === 'end' ? 'end' : 'freeze')}
      >
        <div className="emergency-hows">
          {HOWS.map((one) => (
            <Radio
              key={one}
              value={one}
              label={words.hows[one].label}
              description={words.hows[one].note}
              data-testid={`emergency-how-${one}`}
            />
          ))}
        </div>
      </Radio.Group>
      <TextInput
        label={words.reason}
        description={words.reasonNote}
        value={reason}
        maxLength={MOST_REASON}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        data-testid="emergency-reason"
      />
      {stop.error && <ErrorNote error={stop.error} />}
      <div className="emergency-buttons">
        <Button variant="default" onClick={onDone}>
          {words.cancel}
        </Button>
        <Button
          type="submit"
          color={STOP_RED}
          data-autofocus
          loading={stop.isBusy}
          data-testid="emergency-confirm"
        >
          {words.confirm}
        </Button>
      </div>
    </form>
  );
}
