/** A shell on an agent, in a dialog; closing it ends the shell. */
import { Button, Loader, Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Agent } from '../../shared/domain/agent.ts';
import type { Console } from '../../shared/console.ts';
import type { CallError } from '../client/call.ts';
import { Empty } from '../components/Empty.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useApp, useData, useText } from '../context.ts';
import { selectConsole } from '../store/selectors.ts';
import './console.css';
import { LazyConsole } from './LazyConsole.tsx';

export interface AgentShellProps {
  readonly agent: Pick<Agent, 'id' | 'name'>;
  close(): void;
}

export function AgentShell({ agent, close }: AgentShellProps) {
  const { session } = useApp();
  const { consoles: text } = useText();
  const [opened, setOpened] = useState<Console | null>(null);
  const [error, setError] = useState<CallError | null>(null);
  const { id } = agent;
  useEffect(() => {
    let isCurrent = true;
    let open: Console | null = null;
    const end = ({ id: consoleId }: Console): void =>
      void session.api.call('consoles.close', { id: consoleId });
    void session.api.call('consoles.shell', { id }).then((answer) => {
      if (!answer.ok) return setError(answer.error);
      open = answer.value;
      if (!isCurrent) return end(open);
      session.consoles.claim(open.id);
      return setOpened(open);
    });
    return () => {
      isCurrent = false;
      if (open) end(open);
    };
  }, [session, id]);
  return (
    <Modal
      opened
      onClose={close}
      title={text.shellOf(agent.name)}
      size={960}
      className="shell-dialog"
      closeOnEscape={false}
      closeButtonProps={{ 'aria-label': text.close }}
      data-testid="agent-shell"
    >
      {error && <ErrorNote error={error} />}
      {!error && !opened && <Empty icon={<Loader size="sm" />} title={text.opening} />}
      {opened && <OpenShell console={opened} close={close} />}
    </Modal>
  );
}

function OpenShell({ console, close }: { readonly console: Console; close(): void }) {
  const { consoles: text } = useText();
  const now = useData(selectConsole(console.id))?.console;
  if (now?.state !== 'closed') return <LazyConsole id={console.id} />;
  return (
    <Empty title={text.closed(now.why ?? text.closedUnknown)}>
      <Button onClick={close}>{text.close}</Button>
    </Empty>
  );
}
