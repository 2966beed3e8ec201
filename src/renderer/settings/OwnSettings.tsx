/** What this window alone looks like: language and colours. Kept in the window, and in force at once. */
import { SegmentedControl, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { useApp, useLanguage, useText } from '../context.ts';
import { isLanguage, LANGUAGES, TEXTS } from '../i18n/languages.ts';
import type { OwnSetting } from './find.ts';

export function OwnSettingRow({ own }: { readonly own: OwnSetting }) {
  return own === 'language' ? <LanguageRow /> : <SchemeRow />;
}

function LanguageRow() {
  const { ui } = useApp();
  const { settings } = useText();
  const language = useLanguage();
  return (
    <Row label={settings.language} hint={settings.languageHint}>
      <SegmentedControl
        aria-label={settings.language}
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
    <Row label={settings.scheme} hint={settings.schemeHint}>
      <SegmentedControl
        aria-label={settings.scheme}
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

interface RowProps {
  readonly label: string;
  readonly hint: string;
  readonly children: ReactNode;
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
