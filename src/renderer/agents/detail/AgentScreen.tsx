/** One agent: how it fares, what it works on, what it is, what it wrote down; and what can be done with it. */
import { useHotkeys } from '@mantine/hooks';
import {
  IconActivity,
  IconBriefcase,
  IconChevronLeft,
  IconCpu,
  IconFileText,
} from '@tabler/icons-react';
import { Link, NavLink, useNavigate, useParams } from 'react-router';
import type { Agent } from '../../../shared/domain/agent.ts';
import { AgentId } from '../../../shared/ids.ts';
import { Empty } from '../../components/Empty.tsx';
import { Redirect } from '../../components/Redirect.tsx';
import { ScreenHead } from '../../components/ScreenHead.tsx';
import '../../components/tabs.css';
import { useData, useText } from '../../context.ts';
import { Connecting } from '../../shell/Connecting.tsx';
import { NotFound } from '../../shell/NotFound.tsx';
import { selectAgent, selectIsLoaded } from '../../store/selectors.ts';
import { AgentActions } from '../AgentActions.tsx';
import { AgentChip } from '../AgentChip.tsx';
import { UpdateNote } from '../AgentProgram.tsx';
import { RestNote, SiteBadge, StandbyBadge } from '../Belonging.tsx';
import '../agents.css';
import { LastSeen } from '../LastSeen.tsx';
import './detail.css';
import { LogTab } from './LogTab.tsx';
import { MachineTab } from './MachineTab.tsx';
import { OverviewTab } from './OverviewTab.tsx';
import { AGENT_TABS, type AgentTab } from './tabs.ts';
import { WorkTab } from './WorkTab.tsx';
import { Allowed } from '../../people/Allowed.tsx';

const ICONS = {
  overview: IconActivity,
  work: IconBriefcase,
  machine: IconCpu,
  log: IconFileText,
} as const;

export function AgentScreen() {
  const params = useParams();
  const id = AgentId.safeParse(params['id']);
  const isLoaded = useData(selectIsLoaded);
  const agent = useData(selectAgent(id.success ? id.data : undefined));
  const { fleet } = useText();
  const tab = AGENT_TABS.find((name) => name === params['tab']);
  if (!id.success) return <NotFound />;
  if (!isLoaded) return <Connecting />;
  if (!agent) {
    return (
      <Empty isScreen title={fleet.detail.gone}>
        <Link to="/agents">{fleet.detail.back}</Link>
      </Empty>
    );
  }
  if (!tab) return <Redirect to={`/agents/${id.data}/overview`} />;
  return <AgentView key={id.data} agent={agent} tab={tab} />;
}

interface AgentViewProps {
  readonly agent: Agent;
  readonly tab: AgentTab;
}

function AgentView({ agent, tab }: AgentViewProps) {
  const navigate = useNavigate();
  useHotkeys([
    ...AGENT_TABS.map((name, index): [string, () => void] => [
      String(index + 1),
      () => void navigate(`/agents/${agent.id}/${name}`, { replace: true }),
    ]),
    ['Escape', () => void navigate('/agents')],
  ]);
  return (
    <article className="agent-screen" aria-label={agent.name}>
      <AgentHead agent={agent} />
      <AgentTabs agent={agent} tab={tab} />
      <div className="agent-panel">
        <UpdateNote agent={agent} />
        <RestNote agent={agent} />
        <Panel agent={agent} tab={tab} />
      </div>
    </article>
  );
}

function Panel({ agent, tab }: AgentViewProps) {
  switch (tab) {
    case 'overview':
      return <OverviewTab agent={agent} />;
    case 'work':
      return <WorkTab agent={agent} />;
    case 'machine':
      return <MachineTab agent={agent} />;
    case 'log':
      return <LogTab agent={agent} />;
  }
}

function AgentHead({ agent }: { readonly agent: Agent }) {
  const text = useText();
  const { name, capabilities, profile, connected, since, version } = agent;
  return (
    <ScreenHead
      title={name}
      above={
        <Link className="agent-back" to="/agents">
          <IconChevronLeft size={15} aria-hidden="true" />
          {text.fleet.detail.back}
        </Link>
      }
      below={
        <div className="agent-meta">
          <AgentChip agent={agent} />
          {version !== '' && (
            <>
              <span className="clip">{capabilities.hostname}</span>
              <span>
                {capabilities.os} {capabilities.arch}
              </span>
            </>
          )}
          {profile.location !== null && <span className="clip">{profile.location}</span>}
          {profile.groups.length > 0 && <span className="clip">{profile.groups.join(', ')}</span>}
          <SiteBadge site={agent.site} />
          <StandbyBadge agent={agent} />
          {!connected && version !== '' && <LastSeen at={since} />}
        </div>
      }
      actions={
        <Allowed needs="admin">
          <AgentActions agent={agent} />
        </Allowed>
      }
    />
  );
}

function AgentTabs({ agent, tab }: AgentViewProps) {
  const { tabs } = useText().fleet.detail;
  return (
    <nav className="tabs" aria-label={tabs[tab]}>
      {AGENT_TABS.map((name) => {
        const Icon = ICONS[name];
        return (
          <NavLink
            key={name}
            className="tab"
            to={`/agents/${agent.id}/${name}`}
            replace
            data-testid={`agent-tab-${name}`}
          >
            <Icon size={15} aria-hidden="true" />
            {tabs[name]}
            {name === 'work' && agent.running.length > 0 && (
              <span className="tab-count num">{agent.running.length}</span>
            )}
          </NavLink>
        );
      })}
    </nav>
  );
}
