/** Groups, location, clearance, specialties and hardware address: what people say of a machine. */
import { Chip, Input, Select, TagsInput, TextInput } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { AgentProfile, type Agent } from '../../shared/domain/agent.ts';
import { Specialty, SPECIALTIES } from '../../shared/domain/specialty.ts';
import { useData, useText } from '../context.ts';
import { selectAgents } from '../store/selectors.ts';
import { wakeAddressOf, type ProfileDraft } from './new-hosts.ts';

export interface ProfileFieldsProps {
  readonly draft: ProfileDraft;
  readonly hasWakeAddress: boolean;
  /** A list says it of each host: then it is not asked for here. */
  readonly listSaysClearance?: boolean;
  onChange(part: Partial<ProfileDraft>): void;
  /** Fields that stand before these. */
  readonly children?: ReactNode;
}

const CLEARANCES = AgentProfile.shape.clearance.unwrap().options;
const MOST_GROUPS = 20;
/** Labels and fields of a row stand level, whichever of them is explained. */
export const EXPLAINED_BELOW: ('label' | 'input' | 'description' | 'error')[] = [
  'label',
  'input',
  'description',
  'error',
];

export function ProfileFields(props: ProfileFieldsProps) {
  const { draft, hasWakeAddress, onChange, children } = props;
  const { add: words } = useText().hosts;
  const isWrong = wakeAddressOf(draft.wakeAddress) === undefined;
  return (
    <div className="profile-fields">
      {children}
      <Groups draft={draft} onChange={onChange} />
      <TextInput
        label={words.location}
        placeholder={words.locationPlaceholder}
        value={draft.location}
        maxLength={100}
        onChange={(event) => onChange({ location: event.currentTarget.value })}
        data-testid="host-location"
      />
      <Clearance {...props} />
      {hasWakeAddress && (
        <TextInput
          label={words.wake}
          inputWrapperOrder={EXPLAINED_BELOW}
          description={words.wakeHint}
          placeholder="00:1b:44:11:3a:b7"
          value={draft.wakeAddress}
          maxLength={32}
          spellCheck={false}
          error={isWrong ? words.wakeWrong : null}
          onChange={(event) => onChange({ wakeAddress: event.currentTarget.value })}
          data-testid="host-wake"
        />
      )}
      <Specialties draft={draft} onChange={onChange} />
    </div>
  );
}

function Groups({ draft, onChange }: Pick<ProfileFieldsProps, 'draft' | 'onChange'>) {
  const { add: words } = useText().hosts;
  const agents = useData(selectAgents);
  const known = useMemo(() => knownGroups(agents.values()), [agents]);
  return (
    <TagsInput
      label={words.groups}
      placeholder={draft.groups.length === 0 ? words.groupsPlaceholder : ''}
      data={known}
      value={draft.groups}
      maxTags={MOST_GROUPS}
      maxLength={64}
      acceptValueOnBlur
      onChange={(groups) => onChange({ groups })}
      data-testid="host-groups"
    />
  );
}

function Clearance({ draft, listSaysClearance = false, onChange }: ProfileFieldsProps) {
  const { add: words, clearances } = useText().hosts;
  return (
    <Select
      label={words.clearance}
      inputWrapperOrder={EXPLAINED_BELOW}
      description={listSaysClearance ? words.listSays : words.clearanceHint}
      disabled={listSaysClearance}
      data={CLEARANCES.map((value) => ({ value, label: clearances[value] }))}
      value={draft.clearance}
      onChange={(clearance) => clearance && onChange({ clearance })}
      data-testid="host-clearance"
    />
  );
}

function Specialties({ draft, onChange }: Pick<ProfileFieldsProps, 'draft' | 'onChange'>) {
  const { hosts, specialties } = useText();
  return (
    <Input.Wrapper className="profile-wide" labelElement="div" label={hosts.add.specialties}>
      <Chip.Group
        multiple
        value={draft.specialties}
        onChange={(values) =>
          onChange({ specialties: values.map((value) => Specialty.parse(value)) })
        }
      >
        <div className="profile-chips" role="group" aria-label={hosts.add.specialties}>
          {SPECIALTIES.map((specialty) => (
            <Chip key={specialty} value={specialty} size="xs" radius="sm">
              {specialties[specialty]}
            </Chip>
          ))}
        </div>
      </Chip.Group>
    </Input.Wrapper>
  );
}

function knownGroups(agents: Iterable<Agent>): string[] {
  const groups = [...agents].flatMap(({ profile }) => profile.groups);
  return [...new Set(groups)].toSorted((a, b) => a.localeCompare(b));
}
