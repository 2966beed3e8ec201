/** Adding PCs: a field for one or many, what was understood of it, and what holds for all of them. */
import { Button, Modal, Tooltip } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useNavigate } from 'react-router';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useApp, useText, useUi } from '../context.ts';
import { withNew } from '../store/hosts.ts';
import { selectIsAddingHosts } from '../store/selectors.ts';
import type { Provisioning } from '../../shared/provisioning.ts';
import './add-hosts.css';
import { FoundHosts } from './FoundHosts.tsx';
import { HostsField } from './HostsField.tsx';
import { EMPTY_SHARED, MOST_HOSTS, saysClearance, wakeAddressOf, withShared } from './new-hosts.ts';
import { SharedSettings } from './SharedSettings.tsx';
import { Suggestions } from './Suggestions.tsx';
import { useParsed } from './use-parsed.ts';

export function AddHostsDialog() {
  const { hosts } = useText();
  const { ui } = useApp();
  const isOpen = useUi(selectIsAddingHosts);
  return (
    <Modal
      opened={isOpen}
      onClose={() => ui.setState({ isAddingHosts: false })}
      title={hosts.add.title}
      size={680}
      data-testid="add-hosts"
    >
      <AddHosts />
    </Modal>
  );
}

function AddHosts() {
  const { add: words } = useText().hosts;
  const { ui, data } = useApp();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [shared, setShared] = useState(EMPTY_SHARED);
  const parsed = useParsed(text);
  const add = useCall('agents.add');
  const check = useCall('hosts.check');
  const { hosts, mistakes } = parsed;
  const only = hosts.length === 1 ? hosts[0] : undefined;
  const isTooMany = hosts.length > MOST_HOSTS;
  const isWrong = only !== undefined && wakeAddressOf(shared.wakeAddress) === undefined;
  const isReady =
    parsed.isCurrent && hosts.length > 0 && mistakes.length === 0 && !isTooMany && !isWrong;

  function show(begun: readonly Provisioning[]): void {
    data.setState((before) => ({ hosts: withNew(before.hosts, begun) }));
    ui.setState({ isAddingHosts: false });
    void navigate('/agents');
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!isReady) return;
    const added = await add.run({ hosts: withShared(hosts, shared, saysClearance(text)) });
    if (added) show(added.provisionings);
  }

  async function lookAt(target: string): Promise<void> {
    const begun = await check.run({ target });
    if (begun) show([begun]);
  }

  const error = parsed.error ?? add.error ?? check.error;
  return (
    <form className="add-hosts" onSubmit={(event) => void submit(event)} noValidate>
      <p className="dim">{words.lead}</p>
      <HostsField text={text} onChange={setText} />
      <Suggestions text={text} onChange={setText} />
      <FoundHosts parsed={parsed} isTooMany={isTooMany} />
      <SharedSettings
        count={hosts.length}
        draft={shared}
        listSaysClearance={saysClearance(text)}
        onChange={(part) => setShared((before) => ({ ...before, ...part }))}
      />
      {error && <ErrorNote error={error} />}
      <div className="add-hosts-submit">
        {only && (
          <Tooltip label={words.checkHint}>
            <Button
              variant="default"
              size="sm"
              disabled={!isReady}
              loading={check.isBusy}
              onClick={() => void lookAt(only.target)}
              data-testid="check-host"
            >
              {words.check}
            </Button>
          </Tooltip>
        )}
        <Button
          type="submit"
          size="sm"
          disabled={!isReady}
          loading={add.isBusy}
          data-testid="add-hosts-submit"
        >
          {words.submit(hosts.length)}
        </Button>
      </div>
    </form>
  );
}
