/** The line of the menu that leads to the backups, with the age of the last one or that it failed. */
import { Menu } from '@mantine/core';
import { IconDatabase } from '@tabler/icons-react';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useApp, useText } from '../context.ts';
import { useBackups, type BackupList } from './use-backups.ts';

/** Asks when it is drawn, which is when the menu opens. */
export function BackupItem() {
  const { backups: words } = useText().troubles;
  const { ui } = useApp();
  const { list } = useBackups();
  return (
    <Menu.Item
      leftSection={<IconDatabase size={15} />}
      rightSection={list && <Age list={list} />}
      onClick={() => ui.setState({ areBackupsOpen: true })}
      data-testid="backups"
    >
      {words.menu}
    </Menu.Item>
  );
}

function Age({ list: { backups, problem } }: { readonly list: BackupList }) {
  const { backups: words } = useText().troubles;
  const [newest] = backups;
  if (problem !== null) return <span className="menu-note menu-note-bad">{words.failed}</span>;
  if (!newest) return <span className="menu-note">{words.never}</span>;
  return (
    <span className="menu-note">
      <RelativeTime at={newest.at} words={words.last} />
    </span>
  );
}
