/** The backups of the workshop: how old the last one is, one more now, and the command that brings one back. */
import { Button, Modal } from '@mantine/core';
import { IconDatabaseExport } from '@tabler/icons-react';
import { useState } from 'react';
import { CopyLine } from '../components/CopyLine.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useCall } from '../components/use-call.ts';
import { useApp, useLanguage, useText, useUi } from '../context.ts';
import { bytes } from '../format/size.ts';
import { exact } from '../format/time.ts';
import { selectAreBackupsOpen } from '../store/selectors.ts';
import './backups.css';
import { useBackups, type BackupList } from './use-backups.ts';

export function BackupsDialog() {
  const { backups } = useText().troubles;
  const { ui } = useApp();
  const isOpen = useUi(selectAreBackupsOpen);
  return (
    <Modal
      opened={isOpen}
      onClose={() => ui.setState({ areBackupsOpen: false })}
      title={backups.title}
      size={620}
    >
      <Backups />
    </Modal>
  );
}

function Backups() {
  const { backups: words } = useText().troubles;
  const { list, error: listError, reload } = useBackups();
  const create = useCall('backups.create');
  const [chosen, setChosen] = useState<string | null>(null);
  const error = create.error ?? listError;
  const name = chosen ?? list?.backups[0]?.name;

  async function backUp(): Promise<void> {
    const made = await create.run({});
    if (made) setChosen(made.name);
    await reload();
  }

  return (
    <div className="backups">
      <p className="dim">{words.lead}</p>
      {list && <p className="faint">{words.schedule(list.everyHours, list.keep)}</p>}
      {list && list.problem !== null && (
        <p className="backups-problem" role="alert" data-testid="backup-problem">
          {words.failed}: {list.problem}
        </p>
      )}
      {error && <ErrorNote error={error} />}
      {list && list.backups.length === 0 && <p className="faint">{words.none}</p>}
      {list && list.backups.length > 0 && (
        <div className="backups-list" role="radiogroup" aria-label={words.title}>
          {list.backups.map((backup) => (
            <BackupLine
              key={backup.name}
              backup={backup}
              isChosen={backup.name === name}
              choose={() => setChosen(backup.name)}
            />
          ))}
        </div>
      )}
      {name !== undefined && (
        <div data-testid="backup-restore">
          <p className="dim">{words.restore}</p>
          <CopyLine text={`koubou backup restore ${name}`} />
        </div>
      )}
      <Button
        size="sm"
        leftSection={<IconDatabaseExport size={16} />}
        loading={create.isBusy}
        onClick={() => void backUp()}
        data-testid="backup-now"
      >
        {words.now}
      </Button>
    </div>
  );
}

interface BackupLineProps {
  readonly backup: BackupList['backups'][number];
  readonly isChosen: boolean;
  choose(): void;
}

function BackupLine({ backup: { name, at, size }, isChosen, choose }: BackupLineProps) {
  const language = useLanguage();
  return (
    <label className="backup" data-testid="backup" data-name={name}>
      <input type="radio" name="backup" checked={isChosen} onChange={choose} />
      <span>{exact(at, language)}</span>
      <span className="faint">
        <RelativeTime at={at} />
      </span>
      <span className="num dim">{bytes(size)}</span>
    </label>
  );
}
