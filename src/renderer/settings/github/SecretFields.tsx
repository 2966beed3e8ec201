/** The fields for a token, and for an App with its private key: written, sent, and forgotten. */
import { Button, FileButton, PasswordInput, Textarea, TextInput } from '@mantine/core';
import { IconExternalLink, IconKey } from '@tabler/icons-react';
import { useText } from '../../context.ts';
import { tokenPage, type Typed } from './order.ts';

interface FieldsProps {
  readonly typed: Typed;
  type(part: Partial<Typed>): void;
}

export function TokenField({
  typed,
  usualHost,
  type,
}: FieldsProps & { readonly usualHost: string }) {
  const { github: words } = useText();
  return (
    <div className="github-token">
      <PasswordInput
        label={words.token}
        description={words.tokenHint}
        value={typed.token}
        maxLength={1_000}
        autoComplete="off"
        spellCheck={false}
        visibilityToggleButtonProps={{ style: { display: 'none' } }}
        onChange={(event) => type({ token: event.currentTarget.value })}
        data-testid="github-token"
      />
      <a href={tokenPage(typed.host, usualHost)} target="_blank" rel="noreferrer">
        <IconExternalLink size={13} aria-hidden="true" /> {words.makeToken}
      </a>
    </div>
  );
}

/** A key of any size that such files have; what is larger is none. */
const MOST_KEY_BYTES = 8_000;

export function AppFields({ typed, type }: FieldsProps) {
  const { github: words } = useText();
  const take = async (file: File | null): Promise<void> => {
    if (file && file.size <= MOST_KEY_BYTES) type({ privateKey: await file.text() });
  };
  return (
    <>
      <TextInput
        label={words.appId}
        description={words.appHint}
        value={typed.appId}
        maxLength={100}
        autoComplete="off"
        onChange={(event) => type({ appId: event.currentTarget.value })}
        data-testid="github-app-id"
      />
      <div className="github-key">
        <Textarea
          label={words.key}
          description={words.pastedKey}
          placeholder="-----BEGIN RSA PRIVATE KEY-----"
          value={typed.privateKey}
          maxLength={MOST_KEY_BYTES}
          minRows={2}
          maxRows={3}
          autosize
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => type({ privateKey: event.currentTarget.value })}
          data-testid="github-key"
        />
        <FileButton accept=".pem" onChange={(file) => void take(file)}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconKey size={14} />}>
              {words.chooseKey}
            </Button>
          )}
        </FileButton>
      </div>
      <TextInput
        label={words.installation}
        description={words.installationHint}
        value={typed.installation}
        inputMode="numeric"
        maxLength={15}
        autoComplete="off"
        onChange={(event) => type({ installation: event.currentTarget.value })}
      />
    </>
  );
}
