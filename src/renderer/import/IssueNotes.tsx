/** What an issue says beyond its text: its labels, which others it waits for, and what of it is not taken. From the preview. */
import { IconHourglass, IconInfoCircle } from '@tabler/icons-react';
import { remarkInWords } from '../../shared/import/remark.ts';
import type { Understood } from '../../shared/import/payload.ts';
import { useText } from '../context.ts';

export interface IssueNotesProps {
  readonly item: Understood;
  /** False once a task was made of it: then only its labels are of interest. */
  readonly isOpen: boolean;
}

export function IssueNotes({ item, isOpen }: IssueNotesProps) {
  return (
    <>
      {item.labels.slice(0, 4).map((label) => (
        <span key={label} className="import-label">
          {label}
        </span>
      ))}
      {isOpen && <Waits item={item} />}
    </>
  );
}

function Waits({ item }: Pick<IssueNotesProps, 'item'>) {
  const { imports: words } = useText();
  const { after, blockers, remarks } = item;
  const waits = [...blockers.map(({ ref }) => ref), ...after];
  return (
    <>
      {waits.length > 0 && (
        <span className="import-waits" data-testid="import-waits">
          <IconHourglass size={13} aria-hidden="true" />
          {words.waitsFor(waits)}
        </span>
      )}
      {remarks.map((remark) => (
        <span key={remarkInWords(remark)} className="import-remark" data-testid="import-remark">
          <IconInfoCircle size={13} aria-label={words.remark} />
          {words.remarks(remark)}
        </span>
      ))}
    </>
  );
}
