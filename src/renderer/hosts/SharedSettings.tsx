/** What holds for all hosts that are being added; of a single one also its name and hardware address. */
import { Input, SegmentedControl, TextInput } from '@mantine/core';
import { NewHost } from '../../shared/provisioning.ts';
import { useText } from '../context.ts';
import type { SharedDraft } from './new-hosts.ts';
import { EXPLAINED_BELOW, ProfileFields } from './ProfileFields.tsx';

export interface SharedSettingsProps {
  /** So many hosts were found. */
  readonly count: number;
  readonly draft: SharedDraft;
  readonly listSaysClearance: boolean;
  onChange(part: Partial<SharedDraft>): void;
}

const INSTALLS = NewHost.shape.install.unwrap().options;

export function SharedSettings({ count, draft, listSaysClearance, onChange }: SharedSettingsProps) {
  const { add: words } = useText().hosts;
  const isSingle = count === 1;
  return (
    <fieldset className="shared">
      <legend>{count === 0 ? words.forAny : words.forAll(count)}</legend>
      <ProfileFields
        draft={draft}
        hasWakeAddress={isSingle}
        listSaysClearance={listSaysClearance}
        onChange={onChange}
      >
        <Input.Wrapper
          labelElement="div"
          label={words.install}
          inputWrapperOrder={EXPLAINED_BELOW}
          description={words.installHints[draft.install]}
        >
          <SegmentedControl
            fullWidth
            aria-label={words.install}
            value={draft.install}
            data={INSTALLS.map((value) => ({ value, label: words.installs[value] }))}
            onChange={(install) => onChange({ install })}
            data-testid="host-install"
          />
        </Input.Wrapper>
        {isSingle && (
          <TextInput
            label={words.name}
            placeholder={words.namePlaceholder}
            value={draft.name}
            maxLength={100}
            onChange={(event) => onChange({ name: event.currentTarget.value })}
            data-testid="host-name"
          />
        )}
      </ProfileFields>
    </fieldset>
  );
}
