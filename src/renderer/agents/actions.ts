/** What the palette can do with agents: find them, pause, resume and update them, open a shell on them, and add more. */
import { AgentId } from '../../shared/ids.ts';
import type { Agent } from '../../shared/domain/agent.ts';
import { canUpdate } from '../hosts/versions.ts';
import type { Text } from '../i18n/en.ts';
import type { Action, ObjectAct, ObjectSource, PaletteObject } from '../shell/action.ts';
import type { Data } from '../store/data.ts';

export const agentActions: readonly Action[] = [
  {
    id: 'add-hosts',
    needs: 'admin',
    group: 'work',
    label: ({ hosts }) => hosts.add.button,
    keywords: 'agent ssh host machine',
    run: ({ app }) => app.ui.setState({ isAddingHosts: true }),
  },
  {
    id: 'invite',
    needs: 'admin',
    group: 'work',
    label: ({ hosts }) => hosts.invite.title,
    keywords: 'agent join host machine',
    run: ({ app }) => app.ui.setState({ isInviting: true }),
  },
];

export const agentSource: ObjectSource = {
  kind: 'agent',
  heading: ({ nav }) => nav.agents,
  verbs: ({ agents, hosts, consoles }) => [
    { id: 'drain', word: agents.pause, keywords: 'drain pause' },
    { id: 'resume', word: agents.resume },
    { id: 'update', word: hosts.agent.update },
    { id: 'shell', word: consoles.agentShell, keywords: 'terminal console ssh' },
  ],
  *find(data, words, text) {
    for (const agent of data.live.agents.values()) {
      const name = `${agent.id} ${agent.name} ${agent.capabilities.hostname}`.toLowerCase();
      if (words.every((word) => name.includes(word))) yield objectOf(agent, data, text);
    }
  },
  get(data, id, text) {
    const agentId = AgentId.safeParse(id);
    const agent = agentId.success ? data.live.agents.get(agentId.data) : undefined;
    return agent && objectOf(agent, data, text);
  },
  openAt: (path) => /^\/agents\/([^/]+)/.exec(path)?.[1],
};

function objectOf(agent: Agent, { hosts }: Data, text: Text): PaletteObject {
  const { id, name, capabilities, state } = agent;
  return {
    id,
    label: name,
    detail: `${text.agentStates[state]} · ${capabilities.hostname}`,
    path: `/agents/${id}`,
    acts: actsOf(agent, hosts.rollout, text),
  };
}

function actsOf(agent: Agent, newest: Data['hosts']['rollout'], text: Text): ObjectAct[] {
  const { id, name, connected, draining } = agent;
  const { act } = text.shell;
  const acts: ObjectAct[] = [];
  if (draining) {
    acts.push({
      verb: 'resume',
      label: act(text.agents.resume, name),
      run: ({ call }) => void call('agents.resume', { id }),
    });
  }
  if (connected && !draining) {
    acts.push({
      verb: 'drain',
      label: act(text.agents.pause, name),
      run: ({ call }) => void call('agents.drain', { id }),
    });
  }
  if (canUpdate(agent, newest)) {
    acts.push({
      verb: 'update',
      label: act(text.hosts.agent.update, name),
      run: ({ call }) => void call('agents.update', { id }),
    });
  }
  if (connected) {
    acts.push({
      verb: 'shell',
      label: text.consoles.shellOf(name),
      run: ({ app }) => app.ui.setState({ askedShell: id }),
    });
  }
  return acts;
}
