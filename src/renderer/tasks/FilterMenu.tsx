/** Every way to filter, with what there is to choose from. */
import { Button, Menu } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useMemo } from 'react';
import { ENGINE_CHOICES } from '../../shared/domain/engine.ts';
import { PRIORITIES, TASK_STATES } from '../../shared/domain/task.ts';
import { useCalmData, useData, useText } from '../context.ts';
import { repoName } from '../format/repo.ts';
import type { Text } from '../i18n/en.ts';
import { GROUPS } from '../store/groups.ts';
import { selectAgents, selectTasks } from '../store/selectors.ts';
import { FACETS, type Facet } from './filter.ts';

export interface FilterMenuProps {
  readonly set: (facet: Facet, value: string | null) => void;
}

interface Option {
  readonly value: string;
  readonly label: string;
}

/** More than this is found by typing. */
const MOST = 100;

export function FilterMenu({ set }: FilterMenuProps) {
  const text = useText();
  const { taskList } = text;
  const options = useOptions(text);
  return (
    <Menu position="bottom-start" width={190}>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconFilter size={14} />}
          data-testid="filter"
        >
          {taskList.filter}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FACETS.map((facet) => (
          <Menu.Sub key={facet}>
            <Menu.Sub.Target>
              <Menu.Sub.Item disabled={options[facet].length === 0}>
                {taskList.facets[facet]}
              </Menu.Sub.Item>
            </Menu.Sub.Target>
            <Menu.Sub.Dropdown className="filter-options">
              {options[facet].map(({ value, label }) => (
                <Menu.Item key={value} onClick={() => set(facet, value)}>
                  {label}
                </Menu.Item>
              ))}
            </Menu.Sub.Dropdown>
          </Menu.Sub>
        ))}
        <Menu.Label>{taskList.filterHint}</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  );
}

/** A value as people read it. */
export function valueWords(facet: Facet, value: string, text: Text): string {
  if (facet === 'repo') return repoName(value);
  const { groups, states, priorities } = text;
  const words: Readonly<Record<string, string>> =
    facet === 'state' ? { ...states, ...groups } : facet === 'priority' ? priorities : {};
  return words[value] ?? value;
}

function useOptions(text: Text): Readonly<Record<Facet, readonly Option[]>> {
  const agents = useData(selectAgents);
  const tasks = useCalmData(selectTasks);
  const found = useMemo(() => {
    const repos = new Set<string>();
    const needs = new Set<string>();
    const batches = new Set<string>();
    for (const task of tasks.values()) {
      repos.add(task.repo.url);
      for (const need of task.needs) needs.add(need);
      if (task.batch !== null) batches.add(task.batch);
    }
    const inOrder = (names: Set<string>): string[] => [...names].toSorted(byName);
    return { repos: inOrder(repos), needs: inOrder(needs), batches: inOrder(batches) };
  }, [tasks]);
  const of = (facet: Facet, values: readonly string[]): Option[] =>
    values.slice(0, MOST).map((value) => ({ value, label: valueWords(facet, value, text) }));
  return {
    // A state that is a column by itself is named once.
    state: of('state', [...new Set<string>([...GROUPS, ...TASK_STATES])]),
    priority: of('priority', PRIORITIES),
    agent: [...agents.values()].slice(0, MOST).map(({ id, name }) => ({ value: id, label: name })),
    repo: of('repo', found.repos),
    engine: of('engine', ENGINE_CHOICES),
    needs: of('needs', found.needs),
    batch: of('batch', found.batches),
  };
}

function byName(a: string, b: string): number {
  return a.localeCompare(b);
}
