/** Signing in: with a token, a code, as an App, or with what gh has. Secrets are only ever written here. */
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import type { DeviceStatus } from '../../../shared/contract-github.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useCall } from '../../components/use-call.ts';
import { useText } from '../../context.ts';
import { DeviceCode } from './DeviceCode.tsx';
import { NOTHING_TYPED, orderOf, WAYS, type Typed, type Way } from './order.ts';
import { AppFields, TokenField } from './SecretFields.tsx';

export interface SignInFormProps {
  /** Where a sign-in goes that names no host. */
  readonly usualHost: string;
  /** Codes need an OAuth App. */
  readonly hasClientId: boolean;
  onSignedIn(): void;
  readonly onCancel?: () => void;
}

export function SignInForm({ usualHost, hasClientId, onSignedIn, onCancel }: SignInFormProps) {
  const { common, github: words } = useText();
  const signIn = useCall('github.sign_in');
  const [typed, setTyped] = useState<Typed>(NOTHING_TYPED);
  const [device, setDevice] = useState<DeviceStatus | null>(null);
  const { way } = typed;
  const order = orderOf(typed);
  const type = (part: Partial<Typed>): void => setTyped((before) => ({ ...before, ...part }));

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (!order) return;
    const signed = await signIn.run({ order });
    if (!signed) return;
    // A secret does not stay on the screen longer than it is needed.
    setTyped({ ...NOTHING_TYPED, way });
    if (signed.device) setDevice(signed.device);
    else onSignedIn();
  }

  if (device) {
    return <DeviceCode device={device} onDone={onSignedIn} onStop={() => setDevice(null)} />;
  }
  return (
    <form
      className="github-sign-in panel"
      aria-label={words.signIn}
      onSubmit={(event) => void submit(event)}
      data-testid="github-sign-in"
    >
      <SegmentedControl
        aria-label={words.way}
        value={way}
        data={WAYS.map((value) => ({ value, label: words.ways[value] }))}
        onChange={(value) => {
          signIn.clear();
          type({ way: value });
        }}
        data-testid="github-way"
      />
      <TextInput
        label={words.host}
        description={words.hostHint}
        placeholder={usualHost || 'github.com'}
        value={typed.host}
        maxLength={300}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => type({ host: event.currentTarget.value })}
        data-testid="github-host"
      />
      <WayFields typed={typed} hasClientId={hasClientId} usualHost={usualHost} type={type} />
      {signIn.error && <ErrorNote error={signIn.error} />}
      <div className="github-buttons">
        <span className="faint">{words.secretHint}</span>
        {onCancel && (
          <Button variant="default" onClick={onCancel}>
            {common.cancel}
          </Button>
        )}
        <Button
          type="submit"
          disabled={order === null}
          loading={signIn.isBusy}
          data-testid="github-sign-in-go"
        >
          {way === 'device' ? words.getCode : words.go}
        </Button>
      </div>
    </form>
  );
}

interface WayFieldsProps {
  readonly typed: Typed;
  readonly hasClientId: boolean;
  readonly usualHost: string;
  type(part: Partial<Typed>): void;
}

function WayFields({ typed, hasClientId, usualHost, type }: WayFieldsProps) {
  const { github: words } = useText();
  const way: Way = typed.way;
  if (way === 'token') return <TokenField typed={typed} usualHost={usualHost} type={type} />;
  if (way === 'app') return <AppFields typed={typed} type={type} />;
  if (way === 'gh') return <p className="dim">{words.ghHint}</p>;
  return (
    <>
      <p className="dim">{words.deviceHint}</p>
      {!hasClientId && <p className="github-trouble">{words.deviceNeeds}</p>}
    </>
  );
}
