/** Removing an agent from its host over SSH; its name is typed first, so that it is not the wrong one. */
import { Button, Modal, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Agent } from '../../shared/domain/agent.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useApp, useText } from '../context.ts';
import { withNew } from '../store/hosts.ts';

export interface UninstallAgentProps {
  readonly agent: Agent;
  close(): void;
}

export function UninstallAgent({ agent, close }: UninstallAgentProps) {
  const { hosts, common } = useText();
  const { data } = useApp();
  const { uninstall: words } = hosts;
  const [typed, setTyped] = useState('');
  const uninstall = useCall('agents.uninstall');
  const isSure = typed.trim() === agent.name;

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!isSure) return;
    const begun = await uninstall.run({ id: agent.id });
    if (!begun) return;
    data.setState((before) => ({ hosts: withNew(before.hosts, [begun]) }));
    close();
  }

  return (
    <Modal opened onClose={close} title={words.title(agent.name)} size={520}>
      <form
        className="edit-agent"
        onSubmit={(event) => void submit(event)}
        data-testid="uninstall-agent"
      >
        <p className="dim">{words.lead(agent.enrolment?.host ?? agent.name)}</p>
        {agent.running.length > 0 && <p className="uninstall-work">{words.work}</p>}
        <TextInput
          label={words.confirm(agent.name)}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
          data-testid="uninstall-name"
        />
        {uninstall.error && <ErrorNote error={uninstall.error} />}
        <div className="edit-buttons">
          <Button variant="default" size="sm" onClick={close}>
            {common.cancel}
          </Button>
          <Button
            type="submit"
            size="sm"
            color="red.9"
            disabled={!isSure}
            loading={uninstall.isBusy}
            data-testid="uninstall-submit"
          >
            {words.submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
