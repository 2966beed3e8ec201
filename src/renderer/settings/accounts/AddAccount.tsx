/** The form for a new account. Its key is written, sent, and forgotten; the coordinator tries it before it keeps it. */
import { Button, PasswordInput, SegmentedControl, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { PROVIDERS, type Provider } from '../../../shared/models.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useCall } from '../../components/use-call.ts';
import { useText } from '../../context.ts';

export interface AddAccountProps {
  onAdded(): void;
  readonly onCancel?: () => void;
}

interface Typed {
  readonly provider: Provider;
  readonly name: string;
  readonly address: string;
  readonly secret: string;
}

const NOTHING: Typed = { provider: 'anthropic', name: '', address: '', secret: '' };
const USUAL: Readonly<Record<Provider, string>> = {
  anthropic: 'https://api.anthropic.com',
  openai: 'https://api.openai.com',
};

export function AddAccount({ onAdded, onCancel }: AddAccountProps) {
  const { accounts: words, common } = useText();
  const add = useCall('accounts.add');
  const [typed, setTyped] = useState(NOTHING);
  const type = (part: Partial<Typed>): void => setTyped((before) => ({ ...before, ...part }));
  const { provider, name, address, secret } = typed;
  const isWhole = name.trim() !== '' && secret.trim() !== '';

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (!isWhole) return;
    const baseUrl = address.trim();
    const order = { provider, name: name.trim(), secret, ...(baseUrl !== '' && { baseUrl }) };
    if (!(await add.run(order))) return;
    // A secret does not stay on the screen longer than it is needed.
    setTyped(NOTHING);
    onAdded();
  }

  return (
    <form
      className="accounts-form panel"
      aria-label={words.add}
      onSubmit={(event) => void submit(event)}
      data-testid="account-form"
    >
      <SegmentedControl
        aria-label={words.provider}
        value={provider}
        data={PROVIDERS.map((value) => ({ value, label: words.providers[value] }))}
        onChange={(value) => type({ provider: value })}
        data-testid="account-provider"
      />
      <TextInput
        label={words.name}
        placeholder={words.namePlaceholder}
        value={name}
        maxLength={100}
        autoComplete="off"
        onChange={(event) => type({ name: event.currentTarget.value })}
        data-testid="account-name"
      />
      <SecretField label={words.key} value={secret} onChange={(value) => type({ secret: value })} />
      <TextInput
        label={words.address}
        description={words.addressHint}
        placeholder={USUAL[provider]}
        value={address}
        maxLength={500}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => type({ address: event.currentTarget.value })}
        data-testid="account-address"
      />
      {add.error && <ErrorNote error={add.error} />}
      <div className="accounts-buttons">
        <span className="faint">{words.tried}</span>
        {onCancel && (
          <Button variant="default" onClick={onCancel}>
            {common.cancel}
          </Button>
        )}
        <Button type="submit" disabled={!isWhole} loading={add.isBusy} data-testid="account-add-go">
          {words.addGo}
        </Button>
      </div>
    </form>
  );
}

export interface SecretFieldProps {
  readonly label: string;
  readonly value: string;
  onChange(value: string): void;
}

/** It can be written, and never read. */
export function SecretField({ label, value, onChange }: SecretFieldProps) {
  const { accounts: words } = useText();
  return (
    <PasswordInput
      label={label}
      description={words.keyHint}
      value={value}
      maxLength={4_000}
      autoComplete="off"
      spellCheck={false}
      visibilityToggleButtonProps={{ style: { display: 'none' } }}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-testid="account-secret"
    />
  );
}
