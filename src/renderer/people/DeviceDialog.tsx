/** “Open on another device”: a link that signs a browser in, its QR code, and what to compare there. Shown once. */
import { Button, Modal, Select, TextInput } from '@mantine/core';
import { IconQrcode } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { Role } from '../../shared/access.ts';
import type { OutputOf } from '../../shared/contract.ts';
import { CopyLine } from '../components/CopyLine.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useText } from '../context.ts';
import './people.css';
import { QrCode } from './QrCode.tsx';

export interface DeviceDialogProps {
  onClose(): void;
  onMade(): void;
}

/** Days that a link counts. */
const DAYS = ['1', '7', '30', '365'] as const;

export function DeviceDialog({ onClose, onMade }: DeviceDialogProps) {
  const { people } = useText();
  const [made, setMade] = useState<OutputOf<'access.create'> | null>(null);
  return (
    <Modal opened onClose={onClose} title={people.open} size={560} data-testid="device-dialog">
      {made?.link ? (
        <DeviceLink name={made.access.name} link={made.link} />
      ) : (
        <DeviceForm
          onMade={(now) => {
            setMade(now);
            onMade();
          }}
        />
      )}
    </Modal>
  );
}

function DeviceForm({ onMade }: { onMade(made: OutputOf<'access.create'>): void }) {
  const { people } = useText();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const [days, setDays] = useState<string>('30');
  const create = useCall('access.create');

  async function make(event: FormEvent): Promise<void> {
    event.preventDefault();
    const called = name.trim();
    const about = { role, days: Number(days), link: true };
    const made = await create.run({ ...about, ...(called !== '' && { name: called }) });
    if (made) onMade(made);
  }

  return (
    <form className="device-form" onSubmit={(event) => void make(event)}>
      <p className="dim">{people.openLead}</p>
      <TextInput
        label={people.name}
        placeholder={people.namePlaceholder}
        value={name}
        maxLength={60}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
        data-testid="device-name"
      />
      <Select
        label={people.role}
        description={people.means[role]}
        value={role}
        data={Role.options.map((value) => ({ value, label: people.roles[value] }))}
        onChange={(value) => setRole(Role.catch('viewer').parse(value))}
        allowDeselect={false}
        data-testid="device-role"
      />
      <Select
        label={people.until}
        value={days}
        data={DAYS.map((value) => ({ value, label: people.days(Number(value)) }))}
        onChange={(value) => setDays(value ?? '30')}
        allowDeselect={false}
        data-testid="device-days"
      />
      {create.error && <ErrorNote error={create.error} />}
      <Button
        type="submit"
        size="sm"
        leftSection={<IconQrcode size={16} />}
        loading={create.isBusy}
        data-testid="device-make"
      >
        {people.make}
      </Button>
    </form>
  );
}

interface DeviceLinkProps {
  readonly name: string;
  readonly link: NonNullable<OutputOf<'access.create'>['link']>;
}

function DeviceLink({ name, link: { url, fingerprint } }: DeviceLinkProps) {
  const { people } = useText();
  return (
    <div className="device-link" data-testid="device-link">
      <p>{people.scan(name)}</p>
      <QrCode text={url} label={people.code} />
      <CopyLine text={url} />
      <p>{people.compare}</p>
      <code className="device-fingerprint">{fingerprint}</code>
      <p className="dim">{people.once}</p>
    </div>
  );
}
