/** Ctrl/⌘ K: find a task by number, title or repository, or an action by name. */
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { useApp, useCalmData, useText } from '../context.ts';
import { repoName } from '../format/repo.ts';
import type { Text } from '../i18n/en.ts';
import { selectTasks } from '../store/selectors.ts';
import { matches } from '../tasks/filter.ts';

/** Tasks shown at most; typing more narrows them. */
const MOST = 12;

export function Search() {
  const text = useText();
  const { ui } = useApp();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const tasks = useCalmData(selectTasks);
  const found = useMemo(() => {
    const words = query.trim().toLowerCase();
    return [...tasks.values()]
      .filter((task) => matches(task, words, undefined))
      .toSorted((a, b) => b.updatedAt - a.updatedAt)
      .slice(0, MOST);
  }, [tasks, query]);
  const groups: SpotlightActionGroupData[] = [
    {
      group: text.spotlight.tasks,
      actions: found.map((task) => ({
        id: task.id,
        label: task.title,
        description: `${task.id} · ${text.states[task.state]} · ${repoName(task.repo.url)}`,
        onClick: () => void navigate(`/tasks/${task.id}`),
      })),
    },
    {
      group: text.spotlight.actions,
      actions: actionsOf(text, (path) => void navigate(path), {
        newTask: () => ui.setState({ isNewTaskOpen: true }),
        help: () => ui.setState({ isHelpOpen: true }),
        addHosts: () => ui.setState({ isAddingHosts: true }),
        invite: () => ui.setState({ isInviting: true }),
      }).filter(({ label }) => label.toLowerCase().includes(query.trim().toLowerCase())),
    },
  ];
  return (
    <Spotlight
      actions={groups.filter(({ actions }) => actions.length > 0)}
      query={query}
      onQueryChange={setQuery}
      // The list is filtered above, over all tasks.
      filter={(_, actions) => actions}
      nothingFound={text.spotlight.nothing}
      shortcut={['mod + K']}
      centered={false}
      overlayProps={{ backgroundOpacity: 0.45, blur: 0 }}
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: text.spotlight.placeholder,
        'aria-label': text.spotlight.placeholder,
      }}
      onSpotlightClose={() => setQuery('')}
    />
  );
}

function actionsOf(
  { header, nav, hosts }: Text,
  go: (path: string) => void,
  {
    newTask,
    help,
    addHosts,
    invite,
  }: Record<'newTask' | 'help' | 'addHosts' | 'invite', () => void>,
) {
  return [
    { id: 'new', label: header.newTask, onClick: newTask },
    { id: 'tasks', label: nav.tasks, onClick: () => go('/tasks') },
    { id: 'agents', label: nav.agents, onClick: () => go('/agents') },
    { id: 'add-hosts', label: hosts.add.button, onClick: addHosts },
    { id: 'invite', label: hosts.invite.title, onClick: invite },
    { id: 'help', label: header.help, onClick: help },
  ];
}
