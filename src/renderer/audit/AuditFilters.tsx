/** The filters of the record: kind, subject, who, time, and any text. */
import { ActionIcon, Select, TextInput } from '@mantine/core';
import { IconFilterOff, IconSearch } from '@tabler/icons-react';
import { EVENT_KINDS } from '../../shared/contract-audit.ts';
import { useText } from '../context.ts';
import { FIELDS, isFiltered, meantBy, type Field, type Typed } from './filter.ts';

export interface AuditFiltersProps {
  readonly typed: Typed;
  set(changes: Partial<Record<Field, string>>): void;
}

export function AuditFilters({ typed, set }: AuditFiltersProps) {
  const { audit } = useText();
  const field = (name: Field) => ({
    value: typed[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      set({ [name]: event.currentTarget.value }),
    'data-testid': `audit-${name}`,
  });
  return (
    <div className="audit-filters" role="search">
      <TextInput
        className="audit-search"
        aria-label={audit.search}
        placeholder={audit.searchHint}
        leftSection={<IconSearch size={15} />}
        {...field('q')}
      />
      <Select
        aria-label={audit.kind}
        placeholder={audit.kind}
        clearable
        value={typed.kind === '' ? null : typed.kind}
        data={EVENT_KINDS.map((value) => ({ value, label: audit.kinds[value] }))}
        onChange={(value) => set({ kind: value ?? '' })}
        data-testid="audit-kind"
      />
      <TextInput
        aria-label={audit.subject}
        placeholder={audit.subjectHint}
        error={meantBy(typed).isSubjectWrong ? audit.subjectWrong : null}
        {...field('about')}
      />
      <TextInput aria-label={audit.actor} placeholder={audit.actorHint} {...field('by')} />
      <label className="audit-time">
        <span>{audit.since}</span>
        <TextInput type="datetime-local" {...field('from')} />
      </label>
      <label className="audit-time">
        <span>{audit.until}</span>
        <TextInput type="datetime-local" {...field('to')} />
      </label>
      {isFiltered(typed) && (
        <ActionIcon
          size={36}
          aria-label={audit.clear}
          title={audit.clear}
          onClick={() => set(Object.fromEntries(FIELDS.map((name) => [name, ''])))}
          data-testid="audit-clear"
        >
          <IconFilterOff size={16} />
        </ActionIcon>
      )}
    </div>
  );
}
