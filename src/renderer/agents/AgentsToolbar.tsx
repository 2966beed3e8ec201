/** Search, filters, and the choice between tiles, list and map. */
import { Button, Select, SegmentedControl, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconLayoutGrid, IconList, IconMap2, IconSearch } from '@tabler/icons-react';
import { useRef } from 'react';
import { useText } from '../context.ts';
import type { Text } from '../i18n/en.ts';
import { FACETS, isFiltering, isLook, type Facet, type Option } from './filter.ts';
import { VIEWS, type AgentsAddress } from './use-agents-address.ts';
import { lookWords } from './words.ts';

const ICONS = { grid: IconLayoutGrid, list: IconList, map: IconMap2 } as const;

export interface AgentsToolbarProps {
  readonly address: AgentsAddress;
  readonly options: Readonly<Record<Facet, readonly Option[]>>;
}

export function AgentsToolbar({ address, options }: AgentsToolbarProps) {
  const { fleet } = useText();
  const { filter, view, set, clear } = address;
  const search = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => search.current?.focus()]]);
  return (
    <div className="agents-toolbar">
      <TextInput
        ref={search}
        className="agents-search"
        size="xs"
        leftSection={<IconSearch size={14} />}
        aria-label={fleet.search}
        placeholder={fleet.searchHint}
        value={filter.words}
        onChange={(event) => set('q', event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        data-testid="agent-search"
      />
      {FACETS.map((facet) => (
        <FacetSelect
          key={facet}
          facet={facet}
          value={filter[facet]}
          options={options[facet]}
          onChange={(value) => set(facet, value)}
        />
      ))}
      {isFiltering(filter) && (
        <Button variant="subtle" color="gray" onClick={clear} data-testid="agents-clear">
          {fleet.clear}
        </Button>
      )}
      <SegmentedControl
        className="agents-view"
        aria-label={fleet.views.label}
        value={view}
        onChange={(value) => set('view', value === 'grid' ? null : value)}
        data={VIEWS.map((value) => {
          const Icon = ICONS[value];
          return {
            value,
            label: (
              <span className="toolbar-option">
                <Icon size={14} aria-hidden="true" />
                {fleet.views[value]}
              </span>
            ),
          };
        })}
        data-testid="agents-view"
      />
    </div>
  );
}

interface FacetSelectProps {
  readonly facet: Facet;
  readonly value: string | null;
  readonly options: readonly Option[];
  onChange(value: string | null): void;
}

function FacetSelect({ facet, value, options, onChange }: FacetSelectProps) {
  const text = useText();
  const label = text.fleet.facets[facet];
  // With one value there is nothing to choose.
  if (options.length < 2 && value === null) return null;
  const isListed = value === null || options.some((option) => option.value === value);
  const offered = isListed ? options : [...options, { value, count: 0 }];
  return (
    <Select
      className="agents-facet"
      size="xs"
      clearable
      searchable={offered.length > 12}
      aria-label={label}
      placeholder={label}
      value={value}
      data={offered.map((option) => ({
        value: option.value,
        label: `${wordOf(facet, option.value, text)} (${option.count})`,
      }))}
      onChange={onChange}
      comboboxProps={{ width: 220, position: 'bottom-start' }}
      maxDropdownHeight={360}
      data-testid={`facet-${facet}`}
    />
  );
}

function wordOf(facet: Facet, value: string, text: Text): string {
  if (facet === 'state') return isLook(value) ? lookWords(text)[value] : value;
  const specialties: Readonly<Record<string, string>> = text.specialties;
  return facet === 'specialty' ? (specialties[value] ?? value) : value;
}
