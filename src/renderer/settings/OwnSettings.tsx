/** What is this window's alone: its notices, its language, its colours. Kept there, and in force at once. */
import { SegmentedControl, Select, Switch, useMantineColorScheme } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import type { Quiet, QuietChoice } from '../../shared/bridge.ts';
import { useApp, useLanguage, useText } from '../context.ts';
import { isLanguage, LANGUAGES, TEXTS } from '../i18n/languages.ts';
import { useInstallation } from '../native/use-installation.ts';
import { timeOfDay } from '../native/time-of-day.ts';
import type { OwnSetting } from './find.ts';

export function OwnSettingRow({ own }: { readonly own: OwnSetting }) {
  if (own === 'atLogin') return <AtLoginRow />;
  if (own === 'quiet') return <QuietRow />;
  return own === 'language' ? <LanguageRow /> : <SchemeRow />;
}

function AtLoginRow() {
  const { settings } = useText();
  const installation = useInstallation();
  const [changed, setChanged] = useState<boolean | null>(null);
  const isOn = changed ?? installation?.startsAtLogin ?? null;
  const { label, hint } = settings.own.atLogin;
  if (isOn === null) return <Row label={label} hint={settings.onlyInstalled} />;
  return (
    <Row label={label} hint={hint}>
      <Switch
        aria-label={label}
        checked={isOn}
        onChange={({ currentTarget: { checked } }) =>
          void window.koubou
            ?.setStartsAtLogin(checked)
            .then(({ startsAtLogin }) => setChanged(startsAtLogin))
        }
        data-testid="own-at-login"
      />
    </Row>
  );
}

function LanguageRow() {
  const { ui } = useApp();
  const { settings } = useText();
  const language = useLanguage();
  return (
    <Row {...settings.own.language}>
      <SegmentedControl
        aria-label={settings.own.language.label}
        value={language}
        data={LANGUAGES.map((value) => ({ value, label: TEXTS[value].language }))}
        onChange={(value) => {
          if (isLanguage(value)) ui.setState({ language: value });
        }}
        data-testid="own-language"
      />
    </Row>
  );
}

function SchemeRow() {
  const { settings, header } = useText();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Row {...settings.own.scheme}>
      <SegmentedControl
        aria-label={settings.own.scheme.label}
        value={colorScheme}
        data={[
          { value: 'auto' as const, label: header.system },
          { value: 'light' as const, label: header.light },
          { value: 'dark' as const, label: header.dark },
        ]}
        onChange={setColorScheme}
        data-testid="own-scheme"
      />
    </Row>
  );
}

const QUIET: readonly QuietChoice[] = ['off', 'hour', 'morning', 'always'];

function QuietRow() {
  const { settings, native } = useText();
  const language = useLanguage();
  const [quiet, setQuiet] = useState<Quiet | null>(null);
  useEffect(() => void window.koubou?.getQuiet().then(setQuiet), []);
  // A browser shows no notices of the system.
  if (!window.koubou) return <Row {...settings.own.quiet} hint={settings.onlyDesktop} />;
  const until = quiet?.kind === 'until' ? native.quietUntil(timeOfDay(quiet.at, language)) : null;
  return (
    <Row {...settings.own.quiet} hint={until ?? settings.own.quiet.hint}>
      <Select
        aria-label={settings.own.quiet.label}
        value={quiet === null || quiet.kind === 'until' ? null : quiet.kind}
        {...(until !== null && { placeholder: until })}
        data={QUIET.map((value) => ({ value, label: native.quiet[value] }))}
        onChange={(value) => {
          if (value !== null) void window.koubou?.setQuiet(value).then(setQuiet);
        }}
        data-testid="own-quiet"
      />
    </Row>
  );
}

interface RowProps {
  readonly label: string;
  readonly hint: string;
  readonly children?: ReactNode;
}

function Row({ label, hint, children }: RowProps) {
  return (
    <div className="setting">
      <div className="setting-words">
        <span className="setting-label">{label}</span>
        <p>{hint}</p>
      </div>
      <div className="setting-field">{children}</div>
    </div>
  );
}
