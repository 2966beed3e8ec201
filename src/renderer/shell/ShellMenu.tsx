/** Appearance, language, backups and help. */
import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import {
  IconCheck,
  IconDeviceDesktop,
  IconInfoCircle,
  IconKeyboard,
  IconListDetails,
  IconDots,
  IconMoon,
  IconSun,
} from '@tabler/icons-react';
import { Link } from 'react-router';
import { BackupItem } from '../backups/BackupItem.tsx';
import { useApp, useLanguage, useText } from '../context.ts';
import { QuietItems } from '../native/QuietItems.tsx';
import { LANGUAGES, TEXTS } from '../i18n/languages.ts';

const SCHEMES = ['auto', 'light', 'dark'] as const;

export function ShellMenu({ isFolded }: { readonly isFolded: boolean }) {
  const { ui } = useApp();
  const { header, guide, settings } = useText();
  const language = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const names = { auto: header.system, light: header.light, dark: header.dark };
  const icons = {
    auto: <IconDeviceDesktop size={15} />,
    light: <IconSun size={15} />,
    dark: <IconMoon size={15} />,
  };
  return (
    <Menu width={220} position={isFolded ? 'right-end' : 'top-start'}>
      <Menu.Target>
        <ActionIcon size={30} variant="default" aria-label={header.menu} data-testid="menu">
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{header.appearance}</Menu.Label>
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme}
            leftSection={icons[scheme]}
            rightSection={colorScheme === scheme ? <IconCheck size={14} /> : null}
            onClick={() => setColorScheme(scheme)}
            data-testid={`scheme-${scheme}`}
          >
            {names[scheme]}
          </Menu.Item>
        ))}
        <Menu.Label>{header.languageTitle}</Menu.Label>
        {LANGUAGES.map((option) => (
          <Menu.Item
            key={option}
            lang={option}
            rightSection={language === option ? <IconCheck size={14} /> : null}
            onClick={() => ui.setState({ language: option })}
            data-testid={`language-${option}`}
          >
            {TEXTS[option].language}
          </Menu.Item>
        ))}
        <QuietItems />
        <Menu.Divider />
        <BackupItem />
        <Menu.Item
          leftSection={<IconKeyboard size={15} />}
          rightSection="?"
          onClick={() => ui.setState({ isHelpOpen: true })}
        >
          {header.help}
        </Menu.Item>
        <Menu.Item
          component={Link}
          to="/guide"
          leftSection={<IconListDetails size={15} />}
          data-testid="menu-guide"
        >
          {guide.title}
        </Menu.Item>
        <Menu.Item
          component={Link}
          to="/settings/about"
          leftSection={<IconInfoCircle size={15} />}
          data-testid="menu-about"
        >
          {settings.sections.about}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
