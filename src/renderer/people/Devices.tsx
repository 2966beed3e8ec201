/** Who may come in besides the owner of this PC, and letting another device in; stands in the settings of the network. */
import { Button } from '@mantine/core';
import { IconDevices, IconQrcode } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import type { AccessInfo } from '../../shared/contract-access.ts';
import { useAsking } from '../client/use-asking.ts';
import { AskFirst } from '../components/AskFirst.tsx';
import { Empty } from '../components/Empty.tsx';
import { useCall } from '../components/use-call.ts';
import { useApp, useLanguage, useText } from '../context.ts';
import { exact } from '../format/time.ts';
import { DeviceDialog } from './DeviceDialog.tsx';
import './people.css';

/** When somebody came in shows without a reload. */
const ASK_AGAIN_MS = 10_000;

export function Devices() {
  const { people } = useText();
  const [access, reload] = useAccess();
  const [isOpen, setOpen] = useState(false);
  const [leaving, setLeaving] = useState<AccessInfo | null>(null);
  const revoke = useCall('access.revoke');
  async function end({ id }: AccessInfo): Promise<void> {
    if (!(await revoke.run({ id }))) return;
    setLeaving(null);
    await reload();
  }
  return (
    <section className="devices" aria-labelledby="devices" data-testid="devices">
      <h3 id="devices">{people.title}</h3>
      <p className="dim">{people.lead}</p>
      {access?.length === 0 && (
        <Empty icon={<IconDevices size={26} />} title={people.none}>
          {people.noneTodo}
        </Empty>
      )}
      {access !== null && access.length > 0 && (
        <ul className="panel">
          {access.map((one) => (
            <DeviceRow key={one.id} access={one} onRevoke={() => setLeaving(one)} />
          ))}
        </ul>
      )}
      <div>
        <Button
          leftSection={<IconQrcode size={16} />}
          onClick={() => setOpen(true)}
          data-testid="device-open"
        >
          {people.open}
        </Button>
      </div>
      {isOpen && <DeviceDialog onClose={() => setOpen(false)} onMade={() => void reload()} />}
      <AskFirst
        title={people.revokeTitle(leaving?.name ?? '')}
        text={people.revokeText}
        action={people.revoke}
        testId="device-revoke-sure"
        isOpen={leaving !== null}
        isBusy={revoke.isBusy}
        error={revoke.error}
        onClose={() => setLeaving(null)}
        onSure={() => leaving && void end(leaving)}
      />
    </section>
  );
}

/** The list, `null` until it is there, and asking for it anew. */
function useAccess(): readonly [access: readonly AccessInfo[] | null, reload: () => Promise<void>] {
  const { session } = useApp();
  const [access, setAccess] = useState<readonly AccessInfo[] | null>(null);
  const reload = useCallback(async () => {
    const answer = await session.api.call('access.list', {});
    // Without an answer what is shown stays; the connection says what is wrong.
    if (answer.ok) setAccess(answer.value.access);
  }, [session]);
  useAsking(reload, ASK_AGAIN_MS);
  return [access, reload];
}

interface DeviceRowProps {
  readonly access: AccessInfo;
  onRevoke(): void;
}

function DeviceRow({ access: { name, role, expiresAt, lastUsedAt }, onRevoke }: DeviceRowProps) {
  const { people } = useText();
  const language = useLanguage();
  const until = expiresAt === null ? people.always : people.untilTime(exact(expiresAt, language));
  const seen = lastUsedAt === null ? people.unseen : people.seen(exact(lastUsedAt, language));
  return (
    <li data-testid="device">
      <span className="clip" title={name}>
        {name}
      </span>
      <span>{people.roles[role]}</span>
      <span className="dim clip" title={seen}>
        {until}
      </span>
      <Button
        variant="default"
        aria-label={`${people.revoke}: ${name}`}
        onClick={onRevoke}
        data-testid="device-revoke"
      >
        {people.revoke}
      </Button>
    </li>
  );
}
