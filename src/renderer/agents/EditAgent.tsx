/** Changing what an agent is called, where it stands, and what it is for. */
import { Button, Modal, Switch, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Agent } from '../../shared/domain/agent.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useText } from '../context.ts';
import { draftOf, profileOf, wakeAddressOf } from '../hosts/new-hosts.ts';
import { ProfileFields } from '../hosts/ProfileFields.tsx';

export interface EditAgentProps {
  readonly agent: Agent;
  close(): void;
}

/** Its fields begin with what holds when it opens. */
export function EditAgent({ agent, close }: EditAgentProps) {
  const { hosts } = useText();
  return (
    <Modal opened onClose={close} title={hosts.edit.title(agent.name)} size={560}>
      <EditForm agent={agent} close={close} />
    </Modal>
  );
}

function EditForm({ agent, close }: EditAgentProps) {
  const { hosts, common } = useText();
  const [name, setName] = useState(agent.name);
  const [draft, setDraft] = useState(() => draftOf(agent.profile));
  const change = useCall('agents.change');
  const isReady = name.trim() !== '' && wakeAddressOf(draft.wakeAddress) !== undefined;

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!isReady) return;
    const profile = profileOf(draft);
    if (await change.run({ id: agent.id, name: name.trim(), profile })) close();
  }

  return (
    <form className="edit-agent" onSubmit={(event) => void submit(event)} data-testid="edit-agent">
      <TextInput
        label={hosts.add.name}
        value={name}
        maxLength={100}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
        data-testid="edit-name"
      />
      <ProfileFields
        draft={draft}
        hasWakeAddress
        onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
      />
      <Switch
        label={hosts.edit.mayOrder}
        description={hosts.edit.mayOrderHint}
        checked={draft.mayOrder}
        onChange={({ currentTarget: { checked } }) =>
          setDraft((before) => ({ ...before, mayOrder: checked }))
        }
        data-testid="edit-may-order"
      />
      <Switch
        label={hosts.edit.standby}
        description={hosts.edit.standbyHint}
        checked={draft.standby}
        onChange={({ currentTarget: { checked } }) =>
          setDraft((before) => ({ ...before, standby: checked }))
        }
        data-testid="edit-standby"
      />
      {change.error && <ErrorNote error={change.error} />}
      <div className="edit-buttons">
        <Button variant="default" size="sm" onClick={close}>
          {common.cancel}
        </Button>
        <Button
          type="submit"
          size="sm"
          disabled={!isReady}
          loading={change.isBusy}
          data-testid="edit-save"
        >
          {hosts.edit.save}
        </Button>
      </div>
    </form>
  );
}
