/** Everything that can be set, by section, or as a search finds it. One form: what is typed stays while sections change. */
import { TextInput } from '@mantine/core';
import { IconSearch, IconSettings } from '@tabler/icons-react';
import { useState } from 'react';
import { NavLink, useParams } from 'react-router';
import { SETTINGS, type SettingKey } from '../../shared/settings.ts';
import { About } from '../about/About.tsx';
import { Empty } from '../components/Empty.tsx';
import { Redirect } from '../components/Redirect.tsx';
import { ScreenHead } from '../components/ScreenHead.tsx';
import { useText } from '../context.ts';
import { TEXTS } from '../i18n/languages.ts';
import { Allowed, OnlyFor } from '../people/Allowed.tsx';
import { Devices } from '../people/Devices.tsx';
import { useMay } from '../people/use-may.ts';
import { Connecting } from '../shell/Connecting.tsx';
import {
  findSettings,
  isSection,
  ownSettingsOf,
  SECTIONS,
  settingsOf,
  type OwnSetting,
  type Section,
} from './find.ts';
import { AccountsSection } from './accounts/AccountsSection.tsx';
import { GitHubWays } from './github/GitHubWays.tsx';
import { GitHubSection } from './github/GitHubSection.tsx';
import { OwnSettingRow } from './OwnSettings.tsx';
import { SaveBar } from './SaveBar.tsx';
import { Security } from './Security.tsx';
import { SettingRow } from './SettingRow.tsx';
import { UpdatesSection } from '../updates/UpdatesSection.tsx';
import './settings.css';
import { SettingsNotes } from './SettingsNotes.tsx';
import { useSettings, type SettingsForm } from './use-settings.ts';

export function SettingsScreen() {
  const { settings: words } = useText();
  const mayChange = useMay('admin');
  const { section } = useParams();
  const form = useSettings();
  const [query, setQuery] = useState('');
  if (!isSection(section)) return <Redirect to="/settings/workshop" />;
  return (
    <div className="settings" data-testid="settings-screen">
      <ScreenHead title={words.title}>
        <TextInput
          className="settings-search"
          aria-label={words.search}
          placeholder={words.search}
          leftSection={<IconSearch size={15} />}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          data-testid="settings-search"
        />
      </ScreenHead>
      <div className="settings-body">
        <nav className="settings-nav" aria-label={words.nav}>
          {SECTIONS.map((one) => (
            <NavLink key={one} to={`/settings/${one}`} onClick={() => setQuery('')}>
              {words.sections[one]}
              <Count form={form} section={one} />
            </NavLink>
          ))}
        </nav>
        <div className="settings-content">
          {mayChange && <SettingsNotes form={form} />}
          {query.trim() === '' ? (
            <SectionView section={section} form={form} />
          ) : (
            <FoundView query={query} form={form} />
          )}
        </div>
      </div>
      <SaveBar form={form} />
    </div>
  );
}

/** How much of a section is typed and not saved. */
function Count({ form, section }: { readonly form: SettingsForm; readonly section: Section }) {
  const { settings: words } = useText();
  const count = settingsOf(section).filter((key) => form.drafts.has(key)).length;
  if (count === 0) return null;
  return (
    <span className="settings-count num" title={words.unsaved}>
      {count}
    </span>
  );
}

interface SectionViewProps {
  readonly section: Section;
  readonly form: SettingsForm;
}

function SectionView({ section, form }: SectionViewProps) {
  const { settings: words } = useText();
  const mayChange = useMay('admin');
  return (
    <section aria-labelledby="settings-section">
      <h2 id="settings-section">{words.sections[section]}</h2>
      <p className="settings-lead">{words.leads[section]}</p>
      {!mayChange && settingsOf(section).length > 0 && <OnlyFor needs="admin" />}
      {ownSettingsOf(section).length > 0 && (
        <Rows own={ownSettingsOf(section)} keys={[]} form={form} />
      )}
      {section === 'security' && <Security file={form.view?.file ?? null} />}
      {section === 'network' && mayChange && <Devices />}
      {section === 'updates' && <UpdatesSection />}
      {section === 'about' && <About />}
      <Allowed needs="admin">
        {section === 'accounts' && <AccountsSection />}
        {section === 'github' && <GitHubSection form={form} />}
      </Allowed>
      {settingsOf(section).length > 0 && (
        <>
          <Rows own={[]} keys={settingsOf(section)} form={form} />
          {section === 'github' && <GitHubWays />}
          {form.view && (
            <p className="settings-file">
              {words.file} <code>{form.view.file}</code>
            </p>
          )}
        </>
      )}
    </section>
  );
}

function FoundView({ query, form }: { readonly query: string; readonly form: SettingsForm }) {
  const { settings: words } = useText();
  const { settings, own } = findSettings(query, Object.values(TEXTS));
  if (settings.length + own.length === 0) {
    return (
      <Empty icon={<IconSettings size={26} />} title={words.nothing(query.trim())}>
        {words.nothingTodo}
      </Empty>
    );
  }
  const ownIn = (one: Section) => ownSettingsOf(one).filter((name) => own.includes(name));
  const sections = SECTIONS.filter(
    (one) => ownIn(one).length > 0 || settings.some((key) => SETTINGS[key].section === one),
  );
  return sections.map((one) => (
    <section key={one} aria-label={words.sections[one]}>
      <h2>{words.sections[one]}</h2>
      <Rows
        own={ownIn(one)}
        keys={settings.filter((key) => SETTINGS[key].section === one)}
        form={form}
      />
    </section>
  ));
}

interface RowsProps {
  readonly own: readonly OwnSetting[];
  readonly keys: readonly SettingKey[];
  readonly form: SettingsForm;
}

function Rows({ own, keys, form }: RowsProps) {
  const { view, drafts, mistakes, change } = form;
  const mayChange = useMay('admin');
  if (keys.length > 0 && !view) return mayChange ? <Connecting /> : null;
  return (
    <div className="settings-rows panel">
      {own.map((one) => (
        <OwnSettingRow key={one} own={one} />
      ))}
      {keys.map((key) => {
        const setting = view?.settings.find((one) => one.key === key);
        return (
          setting && (
            <SettingRow
              key={key}
              setting={setting}
              draft={drafts.get(key)}
              mistake={mistakes.get(key)}
              change={(draft) => change(setting, draft)}
            />
          )
        );
      })}
    </div>
  );
}
