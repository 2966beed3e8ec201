/** Lies over the window while something is dragged in from outside, and says what it sees. Takes no events itself. */
import { IconFileImport, IconFiles, IconLink, IconTextSize, IconX } from '@tabler/icons-react';
import { useText } from '../context.ts';
import type { Seen } from './drop.ts';
import './import.css';

export function DropVeil({ seen }: { readonly seen: Seen }) {
  const words = useText().imports.veil;
  const isNothing = seen.kind === 'nothing';
  return (
    <div className="drop-veil" role="status" data-kind={seen.kind} data-testid="drop-veil">
      <div className="drop-veil-card">
        <span className="drop-veil-icon" aria-hidden="true">
          {iconOf(seen)}
        </span>
        <strong>{seen.kind === 'files' ? words.files(seen.count) : words[seen.kind]}</strong>
        <p>{isNothing ? words.nothingTodo : words.todo}</p>
      </div>
    </div>
  );
}

function iconOf({ kind }: Seen) {
  if (kind === 'files') return <IconFiles size={26} />;
  if (kind === 'link') return <IconLink size={26} />;
  if (kind === 'text') return <IconTextSize size={26} />;
  return kind === 'nothing' ? <IconX size={26} /> : <IconFileImport size={26} />;
}
