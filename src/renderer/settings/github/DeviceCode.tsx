/** A code to type at GitHub: shown large, copied with a click, and waited for until GitHub knows it. */
import { Button, CopyButton, Loader } from '@mantine/core';
import { IconCheck, IconCopy, IconExternalLink } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { DeviceStatus } from '../../../shared/contract-github.ts';
import { browserClock } from '../../client/clock.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useNow } from '../../components/now.ts';
import type { CallError } from '../../client/call.ts';
import { useApp, useText } from '../../context.ts';
import { counting } from '../../format/time.ts';
import { webAddress } from '../../task/pull/pull-state.ts';

export interface DeviceCodeProps {
  readonly device: DeviceStatus;
  onDone(): void;
  onStop(): void;
}

const ASK_AGAIN_MS = 2_000;

export function DeviceCode({ device: first, onDone, onStop }: DeviceCodeProps) {
  const { common, github: words } = useText();
  const { device, error } = useDevice(first, onDone);
  const now = useNow();
  const href = webAddress(device.verificationUrl);
  if (device.state === 'failed') {
    return (
      <div
        className="github-device panel"
        role="alert"
        data-testid="github-device"
        data-state="failed"
      >
        <strong>{words.codeFailed}</strong>
        <p className="dim">{device.message}</p>
        <Button onClick={onStop}>{words.startOver}</Button>
      </div>
    );
  }
  return (
    <div className="github-device panel" data-testid="github-device" data-state={device.state}>
      <p className="dim">{words.code}</p>
      <div className="github-code">
        <code data-testid="github-code">{device.userCode}</code>
        <CopyButton value={device.userCode}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              onClick={copy}
            >
              {copied ? common.copied : words.copyCode}
            </Button>
          )}
        </CopyButton>
      </div>
      <p>
        {words.typeCode} <span className="mono">{device.verificationUrl}</span>
      </p>
      <div className="github-buttons">
        <span className="github-wait" role="status">
          <Loader size={14} /> {words.waits(counting(Math.max(0, device.expiresAt - now)))}
        </span>
        <Button variant="default" onClick={onStop}>
          {words.stop}
        </Button>
        {href !== null && (
          <Button
            component="a"
            href={href}
            target="_blank"
            rel="noreferrer"
            leftSection={<IconExternalLink size={14} />}
          >
            {words.openBrowser}
          </Button>
        )}
      </div>
      {error && <ErrorNote error={error} />}
    </div>
  );
}

/** The code as the coordinator knows it now; `onDone` is called once, when somebody has typed it. */
function useDevice(
  first: DeviceStatus,
  onDone: () => void,
): { readonly device: DeviceStatus; readonly error: CallError | null } {
  const { session } = useApp();
  const [device, setDevice] = useState(first);
  const [error, setError] = useState<CallError | null>(null);
  const { id } = first;
  useEffect(() => {
    let isCurrent = true;
    let cancel = (): void => {};
    const ask = async (): Promise<void> => {
      const answer = await session.api.call('github.device_status', { id });
      if (!isCurrent) return;
      setError(answer.ok ? null : answer.error);
      if (answer.ok) setDevice(answer.value);
      if (answer.ok && answer.value.state === 'done') return onDone();
      if (answer.ok && answer.value.state === 'failed') return;
      cancel = browserClock.after(ASK_AGAIN_MS, () => void ask());
    };
    cancel = browserClock.after(ASK_AGAIN_MS, () => void ask());
    return () => {
      isCurrent = false;
      cancel();
    };
    // Another `onDone` is no other code.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [session, id]);
  return { device, error };
}
