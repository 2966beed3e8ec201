/** One setting: what it is, its field, what is wrong with what was typed, and where its value comes from. */
import { Button, NativeSelect, Switch, TextInput } from '@mantine/core';
import type { Setting } from '../../shared/contract-settings.ts';
import { SETTINGS } from '../../shared/settings.ts';
import { useText } from '../context.ts';
import { shownValue, typedOf, type Draft } from './draft.ts';

export interface SettingRowProps {
  readonly setting: Setting;
  readonly draft: Draft | undefined;
  readonly mistake: string | undefined;
  change(draft: Draft): void;
}

export function SettingRow({ setting, draft, mistake, change }: SettingRowProps) {
  const { settings: words } = useText();
  const { key, value, flag, inForce, source } = setting;
  const { label, hint } = words.items[key];
  const { takes } = SETTINGS[key];
  const isChanged = draft === undefined ? source === 'file' : draft.kind === 'typed';
  const waits = takes === 'restart' && flag === null && inForce !== value;
  return (
    <div className="setting" data-testid={`setting-${key}`} data-changed={isChanged}>
      <div className="setting-words">
        <label htmlFor={idOf(key)}>{label}</label>
        <p id={`${idOf(key)}-hint`}>{hint}</p>
        <p className="setting-facts">
          <code>{key}</code>
          <span>{words.takes[takes]}</span>
          {draft !== undefined && <strong data-tone="accent">{words.unsaved}</strong>}
          {waits && (
            <strong data-tone="amber">{words.inForce(shownValue(key, inForce, words))}</strong>
          )}
        </p>
        {flag !== null && <p className="setting-flag">{words.byFlag(flag)}</p>}
      </div>
      <div className="setting-field">
        <Field setting={setting} draft={draft} mistake={mistake} change={change} />
        {isChanged && flag === null && (
          <Button
            variant="subtle"
            size="compact-xs"
            onClick={() => change({ kind: 'default' })}
            data-testid="setting-default"
          >
            {words.toDefault(shownValue(key, setting.default, words))}
          </Button>
        )}
      </div>
    </div>
  );
}

function Field({ setting, draft, mistake, change }: SettingRowProps) {
  const { settings: words } = useText();
  const { key, value, flag } = setting;
  const { kind, choices } = SETTINGS[key];
  const saved = typedOf(key, flag === null ? value : setting.inForce);
  const text = draft === undefined ? saved : textOf(draft, setting);
  const typed = (next: string): void => change({ kind: 'typed', text: next });
  if (kind === 'switch') {
    return (
      <Switch
        id={idOf(key)}
        aria-describedby={`${idOf(key)}-hint`}
        label={text === 'true' ? words.on : words.off}
        checked={text === 'true'}
        disabled={flag !== null}
        onChange={(event) => typed(String(event.currentTarget.checked))}
      />
    );
  }
  if (choices !== undefined) {
    return (
      <NativeSelect
        id={idOf(key)}
        aria-describedby={`${idOf(key)}-hint`}
        data={choices.map((one) => ({ value: one, label: words.items[key].choices?.[one] ?? one }))}
        value={text}
        disabled={flag !== null}
        onChange={(event) => typed(event.currentTarget.value)}
      />
    );
  }
  const unit = words.units[kind];
  const empty = words.items[key].empty;
  return (
    <TextInput
      id={idOf(key)}
      aria-describedby={`${idOf(key)}-hint`}
      className={kind === 'text' || empty !== undefined ? 'setting-text' : 'setting-number'}
      value={text}
      disabled={flag !== null}
      error={mistake}
      inputMode={kind === 'text' ? 'text' : 'decimal'}
      spellCheck={false}
      autoComplete="off"
      {...(empty !== undefined && { placeholder: empty })}
      {...(unit !== '' && {
        rightSection: <span className="setting-unit">{unit}</span>,
        rightSectionWidth: 72,
      })}
      onChange={(event) => typed(event.currentTarget.value)}
    />
  );
}

function textOf(draft: Draft, setting: Setting): string {
  return draft.kind === 'typed' ? draft.text : typedOf(setting.key, setting.default);
}

function idOf(key: string): string {
  return `setting-${key.replace('.', '-')}`;
}
