/** How a machine came to the workshop, where it stands, and what it may see. */
import { Tooltip } from '@mantine/core';
import {
  IconCertificate,
  IconMapPin,
  IconPlugConnected,
  IconShieldLock,
  IconUsersGroup,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Agent, Enrolment } from '../../shared/domain/agent.ts';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useData, useText } from '../context.ts';
import { TunnelBadge } from '../hosts/TunnelBadge.tsx';
import type { Text } from '../i18n/en.ts';
import { selectIsTunnelled } from '../store/selectors.ts';

export function Membership({ agent: { id, profile, enrolment } }: { readonly agent: Agent }) {
  const { agent: words, clearances } = useText().hosts;
  const isTunnelled = useData(selectIsTunnelled(id));
  // A local agent with nothing said of it has nothing to show.
  if (!enrolment && profile.groups.length === 0 && profile.location === null) return null;
  return (
    <dl className="membership" data-testid="membership">
      <Fact icon={<IconPlugConnected size={14} />} name={words.host}>
        <span className="clip">{viaOf(enrolment, words)}</span>
        {enrolment && (
          <span className="faint">
            <RelativeTime at={enrolment.at} />
          </span>
        )}
        {isTunnelled && <TunnelBadge />}
      </Fact>
      {profile.location !== null && (
        <Fact icon={<IconMapPin size={14} />} name={words.location}>
          <span className="clip">{profile.location}</span>
        </Fact>
      )}
      {profile.groups.length > 0 && (
        <Fact icon={<IconUsersGroup size={14} />} name={words.groups}>
          <span className="clip">{profile.groups.join(', ')}</span>
        </Fact>
      )}
      <Fact icon={<IconShieldLock size={14} />} name={words.clearance}>
        {clearances[profile.clearance]}
      </Fact>
      {enrolment && (
        <Fact icon={<IconCertificate size={14} />} name={words.certificate}>
          <Tooltip label={`${words.certificateHint} ${enrolment.keyHash}`} multiline maw={420}>
            <span className="clip">{words.certificateText(enrolment.keyHash.slice(0, 12))}</span>
          </Tooltip>
        </Fact>
      )}
    </dl>
  );
}

interface FactProps {
  readonly icon: ReactNode;
  readonly name: string;
  readonly children: ReactNode;
}

function Fact({ icon, name, children }: FactProps) {
  return (
    <div>
      <dt>
        <span aria-hidden="true">{icon}</span>
        {name}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

function viaOf(enrolment: Enrolment | null, { via }: Text['hosts']['agent']): string {
  if (!enrolment) return via.local;
  if (enrolment.via === 'invitation') return via.invitation;
  return via.ssh(enrolment.host ?? '');
}
