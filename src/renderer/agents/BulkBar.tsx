/** What can be done with the selected agents; stands over the end of the list while there are any. */
import { Button, Modal } from '@mantine/core';
import { IconArrowUp, IconPlayerPause, IconPlayerPlay, IconUnlink } from '@tabler/icons-react';
import { useState } from 'react';
import type { Agent } from '../../shared/domain/agent.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { SelectionBar } from '../components/SelectionBar.tsx';
import { useData, useText } from '../context.ts';
import { selectRollout } from '../store/selectors.ts';
import { BULK_ACTS, isFor, type BulkAct } from './bulk.ts';
import { useBulk, type BulkProgress } from './use-bulk.ts';
import type { Selection } from './use-selection.ts';

const ICONS = {
  drain: IconPlayerPause,
  resume: IconPlayerPlay,
  update: IconArrowUp,
  remove: IconUnlink,
} as const;

export interface BulkBarProps {
  readonly agents: ReadonlyMap<string, Agent>;
  readonly selection: Selection;
}

export function BulkBar({ agents, selection }: BulkBarProps) {
  const { fleet } = useText();
  const newest = useData(selectRollout);
  const bulk = useBulk();
  const [isSure, setSure] = useState(false);
  const chosen = [...selection.ids].flatMap((id) => agents.get(id) ?? []);
  if (chosen.length === 0 && !bulk.progress) return null;
  const fitting = (act: BulkAct): Agent[] => chosen.filter((agent) => isFor(act, agent, newest));
  const removable = fitting('remove');

  function close(): void {
    selection.clear();
    bulk.clear();
  }

  return (
    <SelectionBar
      needs="admin"
      label={fleet.selected(chosen.length)}
      said={bulk.progress ? <Progress progress={bulk.progress} /> : undefined}
      clearLabel={fleet.clearSelection}
      onClear={close}
      after={
        <>
          {bulk.progress?.error && <ErrorNote error={bulk.progress.error} />}
          <SureToRemove
            isOpen={isSure}
            count={removable.length}
            onClose={() => setSure(false)}
            onSure={() => void bulk.run('remove', removable)}
          />
        </>
      }
    >
      {BULK_ACTS.map((act) => {
        const these = fitting(act);
        const Icon = ICONS[act];
        if (these.length === 0) return null;
        return (
          <Button
            key={act}
            variant="default"
            leftSection={<Icon size={14} />}
            disabled={bulk.isBusy}
            loading={bulk.isBusy && bulk.progress?.act === act}
            onClick={() => (act === 'remove' ? setSure(true) : void bulk.run(act, these))}
            data-testid={`bulk-${act}`}
          >
            {fleet.bulk[act](these.length)}
          </Button>
        );
      })}
    </SelectionBar>
  );
}

interface SureToRemoveProps {
  readonly isOpen: boolean;
  readonly count: number;
  onClose(): void;
  onSure(): void;
}

function SureToRemove({ isOpen, count, onClose, onSure }: SureToRemoveProps) {
  const { fleet } = useText();
  return (
    <Modal opened={isOpen} onClose={onClose} title={fleet.removeTitle(count)} size={440}>
      <p className="dim bulk-sure">{fleet.removeText}</p>
      <div className="edit-buttons">
        <Button
          color="red.9"
          size="sm"
          data-autofocus
          onClick={() => {
            onClose();
            onSure();
          }}
          data-testid="bulk-remove-sure"
        >
          {fleet.remove}
        </Button>
      </div>
    </Modal>
  );
}

function Progress({ progress }: { readonly progress: BulkProgress }) {
  const { fleet } = useText();
  const { done, all, failed } = progress;
  if (done < all) return fleet.bulkProgress(done, all);
  return failed > 0 ? fleet.bulkFailed(failed) : fleet.bulkDone(all);
}
