/** An invitation for a PC that SSH does not reach: one command, good for minutes, to be run there. */
import { Button, Modal, TextInput } from '@mantine/core';
import { IconTicket } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import type { OutputOf } from '../../shared/contract.ts';
import { CopyLine } from '../components/CopyLine.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useNow } from '../components/now.ts';
import { useCall } from '../components/use-call.ts';
import { useApp, useText, useUi } from '../context.ts';
import { selectIsInviting } from '../store/selectors.ts';
import { secondsUntil } from '../store/trouble.ts';
import './invite.css';

type Invitation = OutputOf<'invitations.create'>;

export function InviteDialog() {
  const { invite } = useText().hosts;
  const { ui } = useApp();
  const isOpen = useUi(selectIsInviting);
  return (
    <Modal
      opened={isOpen}
      onClose={() => ui.setState({ isInviting: false })}
      title={invite.title}
      size={620}
      data-testid="invite"
    >
      <Invite />
    </Modal>
  );
}

function Invite() {
  const { invite: words } = useText().hosts;
  const [name, setName] = useState('');
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const create = useCall('invitations.create');

  async function make(event: FormEvent): Promise<void> {
    event.preventDefault();
    const called = name.trim();
    const made = await create.run({ ...(called !== '' && { name: called }) });
    if (made) setInvitation(made);
  }

  return (
    <form className="invite" onSubmit={(event) => void make(event)}>
      <p className="dim">{words.lead}</p>
      <div className="invite-row">
        <TextInput
          label={words.name}
          placeholder={words.namePlaceholder}
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
          data-testid="invite-name"
        />
        <Button
          type="submit"
          size="sm"
          variant={invitation ? 'default' : 'filled'}
          leftSection={<IconTicket size={16} />}
          loading={create.isBusy}
          data-testid="invite-make"
        >
          {invitation ? words.again : words.make}
        </Button>
      </div>
      {create.error && <ErrorNote error={create.error} />}
      {invitation && <Made key={invitation.token} invitation={invitation} />}
    </form>
  );
}

function Made({ invitation: { command, expiresAt } }: { readonly invitation: Invitation }) {
  const { invite: words } = useText().hosts;
  const seconds = secondsUntil(expiresAt, useNow());
  if (seconds === 0) {
    return (
      <p className="invite-over" role="status" data-testid="invite-over">
        {words.over}
      </p>
    );
  }
  return (
    <div className="invite-made" data-testid="invite-command">
      <div className="invite-head">
        <span className="dim">{words.command}</span>
        <span className="num invite-left" role="timer">
          {words.left(minutes(seconds))}
        </span>
      </div>
      <CopyLine text={command} />
      <p className="faint">{words.secret}</p>
    </div>
  );
}

/** `9:58`. */
function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
