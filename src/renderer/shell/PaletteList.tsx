/** What the palette found, in groups, with the keys that lead there. */
import {
  IconArrowRight,
  IconBolt,
  IconHelpCircle,
  IconListCheck,
  IconPalette,
  IconPlayerPlay,
  IconServer2,
  type Icon,
} from '@tabler/icons-react';
import { useEffect } from 'react';
import { Keys } from './Keys.tsx';
import { useText } from '../context.ts';
import type { Entry, EntryGroup } from './find-entries.ts';

export interface PaletteListProps {
  readonly id: string;
  readonly groups: readonly EntryGroup[];
  /** Which entry is chosen, counted over all groups. */
  readonly at: number;
  readonly query: string;
  readonly isLooking: boolean;
  choose(entryId: string): void;
  run(entry: Entry): void;
}

const ICONS: Readonly<Record<string, Icon>> = {
  go: IconArrowRight,
  work: IconBolt,
  look: IconPalette,
  help: IconHelpCircle,
  task: IconListCheck,
  agent: IconServer2,
  act: IconPlayerPlay,
};

export function PaletteList(props: PaletteListProps) {
  const { shell } = useText();
  const { id, groups, at, query, isLooking } = props;
  const count = countOf(groups);
  useEffect(() => {
    document.querySelector(`#${CSS.escape(`${id}-${at}`)}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, at]);
  return (
    <>
      <div className="palette-list" role="listbox" id={id} aria-label={shell.palette}>
        {groups.map((group, index) => (
          <Group key={group.id} group={group} from={countOf(groups.slice(0, index))} {...props} />
        ))}
      </div>
      {count === 0 && !isLooking && (
        <div className="palette-none">
          <p>{shell.nothing(query.trim())}</p>
          <p className="faint">{shell.nothingTodo}</p>
        </div>
      )}
      <footer className="palette-foot faint">
        <span role="status">{isLooking ? shell.looking : shell.found(count)}</span>
        <span aria-hidden="true">
          <span>
            <kbd>↑</kbd> <kbd>↓</kbd> {shell.choose}
          </span>
          <span>
            <kbd>Enter</kbd> {shell.run}
          </span>
          <span>
            <kbd>Esc</kbd> {shell.leave}
          </span>
        </span>
      </footer>
    </>
  );
}

interface GroupProps extends PaletteListProps {
  readonly group: EntryGroup;
  /** The place of its first entry in the whole list. */
  readonly from: number;
}

function Group({ id, group, from, at, choose, run }: GroupProps) {
  const headingId = `${id}-${group.id.replaceAll(' ', '-')}`;
  return (
    <div role="group" aria-labelledby={headingId}>
      <div className="palette-heading" id={headingId} role="presentation">
        {group.heading}
      </div>
      {group.entries.map((entry, offset) => {
        const place = from + offset;
        const EntryIcon = ICONS[entry.kind] ?? IconArrowRight;
        return (
          // The field has the focus and answers the keys.
          <div
            key={entry.id}
            id={`${id}-${place}`}
            className="palette-entry"
            role="option"
            tabIndex={-1}
            aria-selected={place === at}
            onMouseMove={() => choose(entry.id)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => run(entry)}
            onKeyDown={(event) => event.key === 'Enter' && run(entry)}
            data-testid="palette-entry"
            data-entry={entry.id}
          >
            <EntryIcon size={16} aria-hidden="true" />
            <span className="palette-label clip">{entry.label}</span>
            {entry.detail !== undefined && (
              <span className="palette-detail clip faint">{entry.detail}</span>
            )}
            {entry.keys !== undefined && <Keys keys={entry.keys} />}
          </div>
        );
      })}
    </div>
  );
}

function countOf(groups: readonly EntryGroup[]): number {
  return groups.reduce((sum, { entries }) => sum + entries.length, 0);
}
