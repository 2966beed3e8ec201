/** What an agent is: its program, its machine, what it can run, and how it came to the workshop. */
import type { ReactNode } from 'react';
import type { Agent } from '../../../shared/domain/agent.ts';
import { useNow } from '../../components/now.ts';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { useData, useText } from '../../context.ts';
import { bytes } from '../../format/size.ts';
import { duration } from '../../format/time.ts';
import { selectAgentVitals } from '../../store/selectors.ts';
import { AgentVersion } from '../AgentProgram.tsx';
import { Membership } from '../Membership.tsx';

export function MachineTab({ agent }: { readonly agent: Agent }) {
  return (
    <div className="agent-machine">
      <Program agent={agent} />
      <Place agent={agent} />
      <Engines agent={agent} />
      <Tools agent={agent} />
    </div>
  );
}

function Program({ agent }: { readonly agent: Agent }) {
  const { fleet, agents } = useText();
  const { detail } = fleet;
  const vitals = useData(selectAgentVitals(agent.id));
  const { capabilities, connected, ownSlots, since, slots } = agent;
  const free = vitals?.diskFreeBytes ?? capabilities.diskFreeBytes;
  return (
    <Card title={detail.program}>
      <dl className="agent-facts">
        <Fact name={detail.version}>
          <AgentVersion agent={agent} />
        </Fact>
        {agent.build !== undefined && agent.build !== '' && (
          <Fact name={detail.build}>
            <span className="mono clip" title={agent.build}>
              {agent.build.slice(0, 12)}
            </span>
          </Fact>
        )}
        <Fact name={detail.hostname}>{capabilities.hostname}</Fact>
        <Fact name={detail.address}>
          <span className="mono">{agent.address}</span>
        </Fact>
        <Fact name={detail.system}>
          {capabilities.os} {capabilities.arch}
        </Fact>
        <Fact name={detail.processors}>{agents.cores(capabilities.cpus)}</Fact>
        <Fact name={detail.slots}>
          <span className="num">{slots}</span>{' '}
          {ownSlots !== undefined && ownSlots !== slots && (
            <span className="faint" title={fleet.ownSlotsHint(ownSlots, slots)}>
              {fleet.ownSlots(ownSlots)}
            </span>
          )}
        </Fact>
        <Fact name={detail.memory}>{bytes(capabilities.memoryBytes)}</Fact>
        <Fact name={detail.disk}>{bytes(free)}</Fact>
        <Fact name={connected ? detail.connectedSince : detail.awaySince}>
          <RelativeTime at={since} />
        </Fact>
        <Fact name={detail.firstSeen}>
          <RelativeTime at={agent.firstSeenAt} />
        </Fact>
      </dl>
    </Card>
  );
}

function Place({ agent }: { readonly agent: Agent }) {
  const { fleet } = useText();
  const { detail } = fleet;
  const endsAt = useData(selectAgentVitals(agent.id))?.certificateEndsAt;
  const now = useNow();
  return (
    <Card title={detail.membership}>
      <Membership agent={agent} />
      {agent.profile.standby && <p className="dim">{fleet.standbyHint}</p>}
      {agent.site !== null ? (
        <p className="dim">{fleet.site(agent.site)}</p>
      ) : agent.enrolment === null ? (
        <p className="dim">{detail.thisPc}</p>
      ) : (
        endsAt !== undefined && (
          <p className="dim">{detail.certificateLeft(duration(endsAt - now))}</p>
        )
      )}
    </Card>
  );
}

function Engines({ agent }: { readonly agent: Agent }) {
  const text = useText();
  const { detail } = text.fleet;
  const { engines, labels } = agent.capabilities;
  const specialties = [
    ...new Set([...agent.profile.specialties, ...agent.capabilities.specialties]),
  ];
  return (
    <Card title={detail.engines}>
      <ul className="agent-engines">
        {engines.map(({ kind, version, ready, why }) => (
          <li key={kind} data-state={ready ? 'idle' : 'error'}>
            <span className="work-dot" aria-hidden="true" />
            <strong>{text.engines[kind]}</strong>
            <span className="dim">{ready ? version || text.agents.ready : detail.notReady}</span>
            {!ready && why !== null && <span className="faint">{why}</span>}
          </li>
        ))}
      </ul>
      <Tags name={detail.specialties} values={specialties.map((name) => text.specialties[name])} />
      <Tags name={detail.labels} values={labels} />
    </Card>
  );
}

function Tags({ name, values }: { readonly name: string; readonly values: readonly string[] }) {
  if (values.length === 0) return null;
  return (
    <div className="agent-tags">
      <span className="faint">{name}</span>
      {values.map((value) => (
        <span key={value} className="tool">
          {value}
        </span>
      ))}
    </div>
  );
}

function Tools({ agent }: { readonly agent: Agent }) {
  const { detail } = useText().fleet;
  const { tools } = agent.capabilities;
  return (
    <Card title={detail.tools}>
      {tools.length === 0 && <p className="faint">{detail.noTools}</p>}
      <ul className="agent-tools">
        {tools.map(({ name, version, path }) => (
          <li key={name} title={path}>
            <span>{name}</span>
            <span className="dim mono clip">{version}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="agent-card panel" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="faint">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
